// The same in JavaScript. Browsers have EventSource; Node has it with --experimental-eventsource.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const [city = "http://127.0.0.1:8080", keep = ".heard-until"] = process.argv.slice(2);

function listen() {
  const last = existsSync(keep) ? readFileSync(keep, "utf8") : "0";
  const stream = new EventSource(`${city}/api/roadmap/stream?since=${last}`);
  for (const done of ["scheduled", "rescheduled", "reached"]) {
    stream.addEventListener(`machi.roadmap.milestone.${done}.v1`, (frame) => {
      const { data } = JSON.parse(frame.data); // none: its text was taken out
      if (data) console.log(data.title, data.due?.hi, data.page);
      writeFileSync(`${keep}.new`, frame.lastEventId);
      renameSync(`${keep}.new`, keep);
    });
  }
  stream.onerror = () => {
    // Cut off, it comes back by itself; answered with 503, as while roadmap starts, it gives up.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
}

listen();
setInterval(() => {}, 60_000); // or Node ends while EventSource waits to come back
