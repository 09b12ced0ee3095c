"""What is true of a plan, its dates and its milestones, whoever asks."""

from roadmap.domain.answering import (
    AnswerUnfit as AnswerUnfit,
    answers_from as answers_from,
    chosen_in as chosen_in,
)
from roadmap.domain.asof import (
    LATEST as LATEST,
    TOKYO as TOKYO,
    At as At,
    Boundary as Boundary,
    NotKnownYet as NotKnownYet,
    UnreadableMoment as UnreadableMoment,
    boundary as boundary,
    present as present,
    read_at as read_at,
)
from roadmap.domain.assertions import (
    CONTROL as CONTROL,
    Assertion as Assertion,
    Decision as Decision,
    Direction as Direction,
    Effect as Effect,
    Evidence as Evidence,
    Recorded as Recorded,
    Valid as Valid,
    direction as direction,
    stated_by as stated_by,
)
from roadmap.domain.chain import (
    GENESIS as GENESIS,
    SALT_BYTES as SALT_BYTES,
    Change as Change,
    Head as Head,
    Verified as Verified,
    Wrong as Wrong,
    beyond as beyond,
    canonical as canonical,
    digest_of as digest_of,
    hash_of as hash_of,
    verify as verify,
)
from roadmap.domain.changes import (
    Answer as Answer,
    AnswerKind as AnswerKind,
    Candidate as Candidate,
    ChangeKind as ChangeKind,
    Diff as Diff,
    KindIsFixed as KindIsFixed,
    NodeChange as NodeChange,
)
from roadmap.domain.choosing import Choice as Choice, UnknownChoice as UnknownChoice
from roadmap.domain.commitment import (
    UNCLASSIFIED as UNCLASSIFIED,
    Commitment as Commitment,
    commitment as commitment,
)
from roadmap.domain.dates import (
    UnreadableDate as UnreadableDate,
    read_date as read_date,
    read_date_or_edtf as read_date_or_edtf,
)
from roadmap.domain.diffing import diff as diff
from roadmap.domain.extras import (
    Body as Body,
    Contradiction as Contradiction,
    Dependency as Dependency,
    Extras as Extras,
    Fact as Fact,
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
    QuestionsOpen as QuestionsOpen,
    RevisionIsFixed as RevisionIsFixed,
    RevisionsMustFollow as RevisionsMustFollow,
    RevisionTooOld as RevisionTooOld,
    UnknownImport as UnknownImport,
    UnknownRevision as UnknownRevision,
    as_promised as as_promised,
    dry_run as dry_run,
    told_of as told_of,
)
from roadmap.domain.milestones import (
    APPROACHING as APPROACHING,
    Ancestor as Ancestor,
    Baseline as Baseline,
    Milestone as Milestone,
    NotInThePlanThen as NotInThePlanThen,
    Standing as Standing,
    Status as Status,
    UnknownMilestone as UnknownMilestone,
    UnknownNode as UnknownNode,
    same_date as same_date,
)
from roadmap.domain.moving import (
    Amendment as Amendment,
    Correct as Correct,
    NationsDate as NationsDate,
    NoDecision as NoDecision,
    NoDueDate as NoDueDate,
    NoEvidence as NoEvidence,
    NoFirstDay as NoFirstDay,
    NoReason as NoReason,
    NoReasonForNoDate as NoReasonForNoDate,
    NotDecidedYet as NotDecidedYet,
    NothingToCorrect as NothingToCorrect,
    NotKnownAnyMore as NotKnownAnyMore,
    NotYet as NotYet,
    OutOfThePlan as OutOfThePlan,
    OverAlready as OverAlready,
    Reschedule as Reschedule,
    SameDate as SameDate,
    StatedAlready as StatedAlready,
    StopHasNoDate as StopHasNoDate,
    TooEarlyToHold as TooEarlyToHold,
    TooFarAhead as TooFarAhead,
    UnfitDecision as UnfitDecision,
    UnknownAssertion as UnknownAssertion,
    UnknownDecision as UnknownDecision,
    UnknownItem as UnknownItem,
    Witness as Witness,
    correct as correct,
    promised as promised,
    refuse_incomplete as refuse_incomplete,
    report as report,
    reschedule as reschedule,
    witness as witness,
)
from roadmap.domain.observations import (
    Observation as Observation,
    named as named,
    read_observations as read_observations,
)
from roadmap.domain.picture import Picture as Picture
from roadmap.domain.plan import (
    Kind as Kind,
    MilestoneKind as MilestoneKind,
    Node as Node,
    Plan as Plan,
    Recurrence as Recurrence,
    Revision as Revision,
    StandsFor as StandsFor,
    below as below,
)
from roadmap.domain.quoting import (
    Misquote as Misquote,
    OtherText as OtherText,
    check_lines as check_lines,
)
from roadmap.domain.reading import read_plan as read_plan
from roadmap.domain.recordings import (
    Recording as Recording,
    RecordingKind as RecordingKind,
    recordings as recordings,
)
from roadmap.domain.redating import (
    Redating as Redating,
    RedatingKind as RedatingKind,
    redated as redated,
)
from roadmap.domain.referring import folded as folded
from roadmap.domain.reminding import (
    OVER as OVER,
    THRESHOLDS as THRESHOLDS,
    Reminder as Reminder,
    reminder as reminder,
)
from roadmap.domain.sides import before_newest as before_newest, moment_of as moment_of
from roadmap.domain.slip import Slip as Slip, months_between as months_between, slip as slip
from roadmap.domain.statements import (
    Attribute as Attribute,
    Count as Count,
    Dated as Dated,
    Mark as Mark,
    Quote as Quote,
    Source as Source,
    Statement as Statement,
)
from roadmap.domain.timetable import (
    WEAK as WEAK,
    Cell as Cell,
    CellKind as CellKind,
    Grid as Grid,
    Group as Group,
    Row as Row,
    Timetable as Timetable,
    fiscal_year as fiscal_year,
    timetable as timetable,
)
from roadmap.domain.tracing import Trace as Trace
