// The same in JavaScript. Browsers have EventSource; Node has it with --experimental-eventsource.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const [city = "http://127.0.0.1:8080", keep = ".heard-until"] = process.argv.slice(2);
const last = existsSync(keep) ? readFileSync(keep, "utf8") : "0";
const stream = new EventSource(`${city}/api/roadmap/stream?since=${last}`);

for (const done of ["scheduled", "rescheduled", "reached"]) {
  stream.addEventListener(`machi.roadmap.milestone.${done}.v1`, (frame) => {
    const { data } = JSON.parse(frame.data); // none: its text was taken out
    if (data) console.log(data.title, data.due?.hi, data.page);
    writeFileSync(`${keep}.new`, frame.lastEventId); // for the next start; cut off, it goes on by itself
    renameSync(`${keep}.new`, keep);
  });
}

stream.addEventListener("stale", (frame) => {
  console.log("too much was missed; what is there now:", city + JSON.parse(frame.data).snapshot);
});
