"""What is true of a plan, its dates and its milestones, whoever asks."""

from roadmap.domain.asof import (
    LATEST as LATEST,
    TOKYO as TOKYO,
    At as At,
    NotKnownYet as NotKnownYet,
    UnreadableMoment as UnreadableMoment,
    boundary as boundary,
    present as present,
    read_at as read_at,
)
from roadmap.domain.assertions import (
    STOPPED as STOPPED,
    Assertion as Assertion,
    Decision as Decision,
    Direction as Direction,
    Effect as Effect,
    Evidence as Evidence,
    Origin as Origin,
    Recorded as Recorded,
    Valid as Valid,
    direction as direction,
    stated_by as stated_by,
)
from roadmap.domain.chain import (
    GENESIS as GENESIS,
    SALT_BYTES as SALT_BYTES,
    Change as Change,
    End as End,
    Head as Head,
    Verified as Verified,
    Wrong as Wrong,
    beyond as beyond,
    canonical as canonical,
    digest_of as digest_of,
    hash_of as hash_of,
    misfit as misfit,
    verify as verify,
)
from roadmap.domain.changing.amending import (
    Amendment as Amendment,
    NoFirstDay as NoFirstDay,
    NoReasonForNoDate as NoReasonForNoDate,
    OutOfThePlan as OutOfThePlan,
    TooFarAhead as TooFarAhead,
)
from roadmap.domain.changing.correcting import (
    Correct as Correct,
    NothingToCorrect as NothingToCorrect,
    NotKnownAnyMore as NotKnownAnyMore,
    UnknownAssertion as UnknownAssertion,
    correct as correct,
)
from roadmap.domain.changing.deciding import (
    DecidedBefore as DecidedBefore,
    NoDecision as NoDecision,
    NoReason as NoReason,
    NotDecidedYet as NotDecidedYet,
    TooLongAgo as TooLongAgo,
    UnfitDecision as UnfitDecision,
    UnknownAbout as UnknownAbout,
    UnknownDecision as UnknownDecision,
    naming as naming,
    refuse_incomplete as refuse_incomplete,
    refuse_unfit as refuse_unfit,
    refuse_unknown as refuse_unknown,
)
from roadmap.domain.changing.moving import (
    NationsDate as NationsDate,
    NoDueDate as NoDueDate,
    OverAlready as OverAlready,
    ReachedAlready as ReachedAlready,
    Reschedule as Reschedule,
    SameDate as SameDate,
    StopHasNoDate as StopHasNoDate,
    TooEarlyToHold as TooEarlyToHold,
    promised as promised,
    reschedule as reschedule,
)
from roadmap.domain.changing.witnessing import (
    NoEvidence as NoEvidence,
    NoReporter as NoReporter,
    NotYet as NotYet,
    Reach as Reach,
    Report as Report,
    StatedAlready as StatedAlready,
    Stopped as Stopped,
    UnknownItem as UnknownItem,
    is_old as is_old,
    newer as newer,
    reach as reach,
    report as report,
    speaks_on as speaks_on,
)
from roadmap.domain.choosing import (
    Choice as Choice,
    UnknownChoice as UnknownChoice,
    refuse_other_values as refuse_other_values,
)
from roadmap.domain.commitment import (
    WEAK as WEAK,
    Commitment as Commitment,
    commitment as commitment,
    level_of as level_of,
)
from roadmap.domain.dates import (
    UnreadableDate as UnreadableDate,
    read_date as read_date,
    read_date_or_edtf as read_date_or_edtf,
)
from roadmap.domain.difference.answering import (
    AnswerUnfit as AnswerUnfit,
    answers_from as answers_from,
    chosen_in as chosen_in,
    composed as composed,
    turned as turned,
)
from roadmap.domain.difference.changes import (
    Answer as Answer,
    Candidate as Candidate,
    ChangeKind as ChangeKind,
    Diff as Diff,
    Extra as Extra,
    ExtraChange as ExtraChange,
    KindIsFixed as KindIsFixed,
    NodeChange as NodeChange,
    What as What,
    natural as natural,
)
from roadmap.domain.difference.diffing import differing as differing
from roadmap.domain.difference.redating import (
    Redating as Redating,
    redated as redated,
)
from roadmap.domain.difference.sides import (
    Sides as Sides,
    UnreadableSide as UnreadableSide,
    before_newest as before_newest,
    moment_of as moment_of,
    newest as newest,
    side_by_side as side_by_side,
)
from roadmap.domain.difference.told import (
    Thing as Thing,
    edtf as edtf,
    in_words as in_words,
    name_of as name_of,
    told_of as told_of,
    word as word,
)
from roadmap.domain.difference.undoing import Undoing as Undoing
from roadmap.domain.extras import (
    Body as Body,
    Contradiction as Contradiction,
    Dependency as Dependency,
    Extras as Extras,
    Fact as Fact,
    Heading as Heading,
    Indicator as Indicator,
    Reading as Reading,
    Silence as Silence,
    Target as Target,
)
from roadmap.domain.loading import (
    ActualDiffers as ActualDiffers,
    Base as Base,
    Confirmation as Confirmation,
    ConfirmedAlready as ConfirmedAlready,
    DecisionNeeded as DecisionNeeded,
    DryRun as DryRun,
    ItemInUse as ItemInUse,
    OtherCity as OtherCity,
    Overtaken as Overtaken,
    PlanConfirmation as PlanConfirmation,
    PlanTooLong as PlanTooLong,
    QuestionsOpen as QuestionsOpen,
    RevisionIsFixed as RevisionIsFixed,
    RevisionsMustFollow as RevisionsMustFollow,
    RevisionTooOld as RevisionTooOld,
    State as State,
    UnknownImport as UnknownImport,
    UnknownRevision as UnknownRevision,
    as_promised as as_promised,
    dry_run as dry_run,
)
from roadmap.domain.measuring import (
    Measured as Measured,
    StatedReading as StatedReading,
    measured as measured,
)
from roadmap.domain.milestones import (
    Ancestor as Ancestor,
    Baseline as Baseline,
    Milestone as Milestone,
    NotInThePlanThen as NotInThePlanThen,
    Standing as Standing,
    Status as Status,
    UnknownMilestone as UnknownMilestone,
    UnknownNode as UnknownNode,
    nearness as nearness,
    same_date as same_date,
)
from roadmap.domain.picture import Picture as Picture, Reports as Reports
from roadmap.domain.plan import (
    Kind as Kind,
    MilestoneKind as MilestoneKind,
    Node as Node,
    Plan as Plan,
    Recurrence as Recurrence,
    Revision as Revision,
    StandsFor as StandsFor,
    Text as Text,
    below as below,
    by_parent as by_parent,
    in_order as in_order,
    inside as inside,
    items_by_list as items_by_list,
    items_of as items_of,
)
from roadmap.domain.reading.observations import (
    Observation as Observation,
    named as named,
    read_observations as read_observations,
)
from roadmap.domain.reading.plans import read_plan as read_plan
from roadmap.domain.recordings import (
    Recording as Recording,
    RecordingKind as RecordingKind,
    gathered as gathered,
    known_by as known_by,
    recordings as recordings,
)
from roadmap.domain.reminding import (
    OVER as OVER,
    Reminder as Reminder,
    reminder as reminder,
)
from roadmap.domain.slip import Slip as Slip, slip as slip
from roadmap.domain.sources import Cited as Cited, cited as cited
from roadmap.domain.statements import (
    ADDRESS as ADDRESS,
    ASSERTER as ASSERTER,
    CONTROL as CONTROL,
    MOST_OF_WORDS as MOST_OF_WORDS,
    Attribute as Attribute,
    Count as Count,
    Dated as Dated,
    Mark as Mark,
    Quote as Quote,
    Source as Source,
    Statement as Statement,
    folded as folded,
)
from roadmap.domain.timetable import (
    Cell as Cell,
    CellKind as CellKind,
    Grid as Grid,
    Group as Group,
    Row as Row,
    Timetable as Timetable,
    fiscal_year as fiscal_year,
    timetable as timetable,
)
from roadmap.domain.tracing import Held as Held, Trace as Trace, traced as traced
