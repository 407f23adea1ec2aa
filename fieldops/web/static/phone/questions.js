// What is asked at the door, one question at a time: what happened decides what follows. Pure.

export const OUTCOMES = [
  "met_debtor", "promise", "payment", "refused", "met_family", "no_answer",
  "new_occupant", "moved_away", "vacant", "wrong_address", "not_reached",
];
// Outcomes at which the debtor himself was met.
const MET = ["met_debtor", "promise", "payment", "refused"];
const WITNESSES = ["debtor", "family", "neighbour", "property_manager", "other"];
const STATEMENTS = ["lives_here", "moved_away", "no_information"];
const SIGHTINGS = ["vehicle_present", "vehicle_absent", "for_sale_sign", "goods_leaving", "premises_closed"];
const ABILITIES = ["able", "partly", "unable", "unknown"];
const WILLINGNESSES = ["willing", "hesitant", "unwilling", "unknown"];
const METHODS = ["cash", "bank_transfer", "card", "wechat", "alipay", "other"];
// Nobody was there who could have said anything.
const SILENT = ["vacant", "not_reached"];

// Each question: its name, how it is answered, and whether it may be left open.
const ALL = [
  one("outcome", "outcome", OUTCOMES, () => true, false),
  one("who", "witness", WITNESSES, (a) => !SILENT.includes(a.outcome), (a) => a.outcome !== "moved_away", whoFirst),
  one("says", "statement", STATEMENTS, (a) => Boolean(a.who) && a.outcome !== "moved_away", false),
  { name: "promise", kind: "promise", asked: (a) => a.outcome === "promise", optional: false },
  { name: "payment", kind: "payment", asked: (a) => a.outcome === "payment", optional: false, table: "method", options: METHODS },
  one("ability", "ability", ABILITIES, (a) => MET.includes(a.outcome)),
  one("willingness", "willingness", WILLINGNESSES, (a) => MET.includes(a.outcome)),
  { name: "sightings", kind: "many", table: "sighting", options: SIGHTINGS, asked: (a) => a.outcome !== "not_reached", optional: true },
  { name: "plate_present", kind: "plate", asked: (a) => (a.sightings ?? []).includes("vehicle_present"), optional: false },
  { name: "plate_absent", kind: "plate", asked: (a) => (a.sightings ?? []).includes("vehicle_absent"), optional: false },
  fact("recording_kept", (a, recorded) => recorded),
  fact("entered", (a) => MET.includes(a.outcome) || a.outcome === "met_family"),
  fact("entry_consent", (a) => a.entered === "yes"),
  fact("asked_to_leave", (a) => MET.includes(a.outcome) || ["met_family", "new_occupant"].includes(a.outcome)),
  fact("left_when_asked", (a) => a.asked_to_leave === "yes"),
  { name: "note", kind: "text", asked: () => true, optional: true },
];

function one(name, table, options, asked, optional = true, order = null) {
  return { name, kind: "one", table, options, asked, optional, order };
}

function fact(name, asked) {
  return { name, kind: "fact", asked, optional: true };
}

// The likeliest witness stands first.
function whoFirst(answers) {
  const first = answers.outcome === "met_family" ? "family" : MET.includes(answers.outcome) ? "debtor" : "neighbour";
  return [first, ...WITNESSES.filter((value) => value !== first)];
}

// The questions that these answers lead to, in order; `recorded` says that the recorder was on.
export function questions(answers, recorded = true) {
  return ALL.filter((asked) => asked.name === "outcome" || (answers.outcome && asked.asked(answers, recorded))).map((asked) => ({
    ...asked,
    options: asked.order ? asked.order(answers) : asked.options,
    optional: typeof asked.optional === "function" ? asked.optional(answers) : asked.optional,
  }));
}

export function after(name, answers, recorded) {
  const asked = questions(answers, recorded);
  const index = asked.findIndex((one) => one.name === name);
  return asked[index + 1]?.name ?? "review";
}

export function before(name, answers, recorded) {
  const asked = questions(answers, recorded);
  const index = name === "review" ? asked.length : asked.findIndex((one) => one.name === name);
  return asked[index - 1]?.name ?? null;
}

// Where somebody who was interrupted goes on: the first question that was neither answered nor passed.
export function openQuestion(answers, recorded) {
  return questions(answers, recorded).find((one) => !(one.name in answers))?.name ?? "review";
}

// The body of an outcome as the interface takes it; what no longer follows is left out.
export function outcomeBody(answers, recorded = true) {
  const names = new Set(questions(answers, recorded).map((one) => one.name));
  const given = (name) => (names.has(name) ? answers[name] ?? null : null);
  const says = answers.outcome === "moved_away" ? "moved_away" : given("says");
  const sightings = (given("sightings") ?? []).map((sighting) => {
    const plate = { vehicle_present: "plate_present", vehicle_absent: "plate_absent" }[sighting];
    return { sighting, asset: plate ? given(plate) : null };
  });
  const facts = {};
  for (const { name, kind } of questions(answers, recorded)) {
    if (kind === "fact" && ["yes", "no"].includes(answers[name])) facts[name] = answers[name] === "yes";
  }
  const promise = given("promise");
  return {
    outcome: answers.outcome,
    statements: given("who") && says ? [{ who: answers.who, says }] : [],
    sightings,
    ability: given("ability"),
    willingness: given("willingness"),
    promise: promise && { amount: promise.amount, due_on: promise.due_on, instalments: promise.count > 1 ? promise.lines : [] },
    payment: given("payment"),
    facts,
    note: given("note") ?? "",
  };
}
