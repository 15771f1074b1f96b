#include "rig/command/analysis.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "drivers/catalogue.h"
#include "results/findings_json.h"
#include "results/store.h"
#include "rig/capture/capture_file.h"
#include "rig/command/program.h"
#include "rig/command/watched.h"
#include "rig/decode/decoder.h"
#include "rig/evidence/actuations.h"
#include "rig/evidence/damage.h"
#include "rig/evidence/guardian_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"

namespace brewproof {
namespace {

constexpr std::size_t most_marks = 4000;
constexpr std::size_t excerpts_per_finding = 2;
constexpr std::size_t excerpt_bytes = 512;

struct CapturesRead {
  std::vector<CaptureFile> files;
  std::vector<Watch> watched;  // of the files that hold a packet
  bool damaged = false;        // a file ends in the middle of something
  bool changed = false;        // a file is not the one that was journalled
};

// Reads every packet of every capture in order. A damaged file is read up to the damage, which is
// noted, not thrown away.
Result<CapturesRead> for_each_packet(const std::vector<AnalysisSource::Capture>& captures,
                                     const std::function<void(const Packet&)>& use) {
  CapturesRead read;
  for (std::size_t i = 0; i < captures.size(); ++i) {
    auto reader = CaptureFileReader::open(captures[i].path, static_cast<std::uint32_t>(i));
    if (!reader) return pass_on(std::move(reader));
    CaptureFile file{captures[i].name, "", 0, std::nullopt};
    Watch watch{std::numeric_limits<std::int64_t>::max(), 0, false};
    while (true) {
      auto packet = reader->next();
      if (!packet) watch.cut = true;
      if (!packet || !*packet) break;
      ++file.packets;
      watch.first_ns = std::min(watch.first_ns, (*packet)->time_ns);
      watch.last_ns = std::max(watch.last_ns, (*packet)->time_ns);
      use(**packet);
    }
    read.damaged = read.damaged || watch.cut;
    if (file.packets > 0) read.watched.push_back(watch);
    file.dropped = reader->dropped();
    read.files.push_back(std::move(file));
  }
  return read;
}

// Which files these are, and whether they are those that the journal names.
Result<void> hash_captures(const std::vector<AnalysisSource::Capture>& captures,
                           CapturesRead& read) {
  for (std::size_t i = 0; i < captures.size(); ++i) {
    auto hash = sha256_file(captures[i].path);
    if (!hash) return pass_on(std::move(hash));
    read.files[i].sha256 = *hash;
    read.changed = read.changed || (!captures[i].sha256.empty() && captures[i].sha256 != *hash);
  }
  return {};
}

std::map<PacketPlace, std::string> claimed_packets(const std::vector<Finding>& findings) {
  std::map<PacketPlace, std::string> claimed;
  for (const Finding& finding : findings)
    for (const Evidence& e : finding.evidence)
      claimed.emplace(PacketPlace{e.file, e.offset, e.frame}, finding.id);
  return claimed;
}

// Uplink messages as marks of the timeline; where there are too many, every claimed one and an even
// sample of the others.
std::vector<TimelineMark> timeline(const std::vector<Message>& messages,
                                   const std::map<PacketPlace, std::string>& claimed) {
  std::size_t others = 0;
  for (const Message& message : messages)
    if (message.from_dut && !claimed.contains(message.first)) ++others;
  const std::size_t every = others / most_marks + 1;
  std::vector<TimelineMark> marks;
  std::size_t seen = 0;
  for (const Message& message : messages) {
    if (!message.from_dut) continue;
    const auto found = claimed.find(message.first);
    if (found == claimed.end() && seen++ % every != 0) continue;
    marks.push_back({message.time_ns, found == claimed.end() ? "" : found->second,
                     message.protocol + " " + message.message, message.size});
  }
  std::ranges::sort(
      marks, {}, [](const TimelineMark& m) { return std::tuple(m.time_ns, m.label, m.finding); });
  return marks;
}

Result<std::vector<PacketExcerpt>> excerpts(const AnalysisSource& source,
                                            const std::vector<Finding>& findings) {
  std::multimap<PacketPlace, std::pair<std::string, Evidence>> wanted;
  for (const Finding& finding : findings)
    for (std::size_t i = 0; i < std::min(excerpts_per_finding, finding.evidence.size()); ++i) {
      const Evidence& e = finding.evidence[i];
      wanted.emplace(PacketPlace{e.file, e.offset, e.frame}, std::pair(finding.id, e));
    }
  std::vector<PacketExcerpt> found;
  if (wanted.empty()) return found;
  auto read = for_each_packet(source.captures, [&](const Packet& packet) {
    const auto [first, last] = wanted.equal_range(packet.place);
    for (auto it = first; it != last; ++it) {
      const ByteView part = packet.data.first(std::min(packet.data.size(), excerpt_bytes));
      found.push_back({it->second.first, it->second.second, packet.time_ns,
                       Bytes(part.begin(), part.end()), packet.original_length});
    }
  });
  if (!read) return pass_on(std::move(read));
  std::ranges::sort(found, {}, [](const PacketExcerpt& e) {
    return std::tuple(e.finding, e.where.trial, e.where.file, e.where.offset);
  });
  return found;
}

// The journalled SHA-256 of each closed capture file, by the file's name in the run folder.
std::map<std::string, std::string> segments_of(const std::vector<Record>& journal) {
  std::map<std::string, std::string> hashes;
  for (const Record& record : journal)
    if (record.type == "segment")
      hashes["capture/" + record.body.value("file", "")] = record.body.value("sha256", "");
  return hashes;
}

// What the captures leave in doubt. Trials that they do not cover are left out: a run of ours
// frames all of its trials with sentinels, so this is for captures made elsewhere and for damaged
// ones.
std::vector<std::string> capture_doubts(const AnalysisSource& source, const CapturesRead& read,
                                        std::vector<Trial>& trials) {
  std::vector<std::string> doubts;
  if (read.damaged) doubts.emplace_back("capture-damaged");
  if (read.changed) doubts.emplace_back("capture-changed");
  const auto missing = [](const std::string& reason) { return reason == "capture-missing"; };
  const bool whole = doubts.empty() && std::ranges::none_of(source.run.reasons, missing);
  if (whole && !source.journal.empty()) return doubts;
  const std::vector<Damage> gaps = unwatched(read.watched, trials);
  if (!gaps.empty()) doubts.emplace_back("capture-gap");
  apply_damage(trials, gaps);
  return doubts;
}

// The levels and kinds of a log that was made elsewhere, as far as its trials show them.
Design design_of(const std::vector<Trial>& trials, const ForeignCaptures& foreign) {
  Design design;
  design.alpha = foreign.alpha;
  design.windows = foreign.windows;
  std::map<std::string, std::map<std::string, std::vector<Value>>> seen;
  for (const Trial& trial : trials) {
    if (trial.sham || trial.event.empty()) continue;
    EventDesign& event = design.events[trial.event];
    event.observe_ns = std::max(event.observe_ns, trial.end_ns - trial.origin_ns());
    for (const auto& [name, value] : trial.params) seen[trial.event][name].push_back(value);
  }
  for (const Trial& trial : trials)
    if (trial.sham)
      for (auto& [name, event] : design.events)
        if (trial.event.empty() || trial.event == name) event.sham = "as logged";
  for (auto& [event, parameters] : seen)
    for (auto& [name, values] : parameters) {
      const std::size_t count = values.size();
      std::ranges::sort(values);
      values.erase(std::ranges::unique(values).begin(), values.end());
      ParameterDesign& parameter = design.events[event].parameters[name];
      parameter.unique = values.size() == count && count > 2;
      if (!parameter.unique) parameter.levels = values;
    }
  return design;
}

Commissioned commissioned_of(const nlohmann::json& json) {
  Commissioned commissioned;
  if (const auto at = json.find("at_ns"); at != json.end() && at->is_number_integer())
    commissioned.at_ns = at->get<std::int64_t>();
  commissioned.by = json.value("by", "");
  return commissioned;
}

std::vector<std::string> texts_of(const nlohmann::json& body, const char* key) {
  std::vector<std::string> texts;
  if (const auto list = body.find(key); list != body.end() && list->is_array())
    for (const nlohmann::json& text : *list)
      if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

Stop stop_of(const nlohmann::json& body) {
  Stop stop;
  stop.before_block = static_cast<int>(integer_of(body, "before_block").value_or(0));
  stop.from_ns = integer_of(body, "from_ns").value_or(0);
  stop.to_ns = integer_of(body, "to_ns").value_or(stop.from_ns);
  stop.operator_name = text_of(body, "operator");
  if (const auto tasks = body.find("tasks"); tasks != body.end() && tasks->is_array())
    for (const nlohmann::json& task : *tasks)
      stop.tasks.push_back(text_of(task, "service") + " " + text_of(task, "consumable"));
  stop.cups = texts_of(body, "cups");
  return stop;
}

Unplanned unplanned_of(const nlohmann::json& body) {
  Unplanned act;
  act.control = text_of(body, "control");
  act.unit = text_of(body, "unit");
  if (const auto peak = body.find("peak"); peak != body.end() && peak->is_number())
    act.peak = peak->get<double>();
  act.from_ns = integer_of(body, "from_ns").value_or(0);
  act.to_ns = integer_of(body, "to_ns").value_or(0);
  act.by_itself = body.value("by_itself", nlohmann::json(false)) == true;
  if (const auto block = integer_of(body, "block")) act.block = static_cast<int>(*block);
  return act;
}

// One that was cut off lasted until the journal's last line before the run went on.
std::vector<Stop> stops_of(const std::vector<Record>& journal) {
  std::vector<Stop> stops;
  bool open = false;
  for (const Record& record : journal) {
    if (record.type == "resume") open = false;
    if (open) stops.back().to_ns = record.at.real_ns;
    if (record.type != "service") continue;
    const std::string stage = text_of(record.body, "stage");
    if (stage == "begin") {
      stops.push_back(stop_of(record.body));
      open = true;
    } else if (stage == "end" && open) {
      stops.back() = stop_of(record.body);
      open = false;
    }
  }
  return stops;
}

// The machine's messages in stops for service belong to no trial and are no background: they are
// counted and taken out before anything is looked for.
std::uint64_t set_aside(std::vector<Message>& messages, std::vector<Stop>& stops) {
  std::uint64_t bytes = 0;
  std::erase_if(messages, [&](const Message& message) {
    if (!message.from_dut) return false;
    for (Stop& stop : stops) {
      if (message.time_ns < stop.from_ns || message.time_ns > stop.to_ns) continue;
      ++stop.messages;
      stop.bytes += message.size;
      bytes += message.size;
      return true;
    }
    return false;
  });
  return bytes;
}

}  // namespace

Result<AnalysisSource> source_of_run(const RunFolder& folder) {
  AnalysisSource source;
  auto plan_text = read_file_whole(folder.file("plan.json"));
  if (!plan_text) return pass_on(std::move(plan_text));
  auto plan = read_plan_json(*plan_text, folder.file("plan.json"));
  if (!plan) return pass_on(std::move(plan));
  source.plan = std::move(*plan);
  auto bench = read_bench_file(folder.file("bench.yaml"), driver_table());
  if (!bench) return pass_on(std::move(bench));
  auto journal = read_journal(folder.file("journal.jsonl"));
  if (!journal) return pass_on(std::move(journal));
  auto trials = read_trials_log(folder.file("trials.jsonl"));
  if (!trials) return pass_on(std::move(trials));
  source.trials = std::move(*trials);
  apply_damage(source.trials, damage_of(journal->records));
  auto captures = folder.captures();
  if (!captures) return pass_on(std::move(captures));
  const std::map<std::string, std::string> journalled = segments_of(journal->records);
  for (const std::string& name : *captures) {
    const auto hash = journalled.find(name);
    source.captures.push_back(
        {folder.file(name), name, hash == journalled.end() ? "" : hash->second});
  }
  source.dut = bench->dut_macs;
  source.identities = bench->dut_identities;

  FindingsRun& run = source.run;
  run.outcome = "partial";
  run.bench = bench->name;
  run.dut_json = bench->dut_json;
  run.paths = bench->network.paths;
  run.seed = source.plan.design.seed;
  run.plan_sha256 = plan_sha256(source.plan);
  run.journal_head = journal->head;
  for (const Record& record : journal->records) {
    if (record.type == "plan") {
      run.started_ns = record.at.real_ns;
      run.operator_name = record.body.value("operator", "");
      run.id = record.body.value("run", "");
      if (const auto c = record.body.find("commissioned"); c != record.body.end() && c->is_object())
        run.commissioned = commissioned_of(*c);
    } else if (record.type == "resume") {
      run.ended_ns.reset();
      run.outcome = "partial";
      run.reasons.clear();
    } else if (record.type == "continue") {
      run.pauses.push_back({record.body.value("from_ns", std::int64_t{0}),
                            record.body.value("to_ns", std::int64_t{0}), 0, 0});
    } else if (record.type == "unplanned") {
      run.unplanned.push_back(unplanned_of(record.body));
    } else if (record.type == "history") {
      run.history = read_history(record.body);
    } else if (record.type == "end") {
      run.ended_ns = record.at.real_ns;
      run.outcome = record.body.value("outcome", "partial");
      run.reasons = record.body.value("reasons", std::vector<std::string>());
    }
  }
  run.stops = stops_of(journal->records);
  if (run.outcome != "completed") run.reasons.push_back(run.outcome);
  if (!journal->fault.empty()) run.reasons.emplace_back("journal-damaged");
  // One that was open when the run was cut off, or when the rig failed, has no hash in the journal.
  for (const AnalysisSource::Capture& capture : source.captures)
    if (capture.sha256.empty() && run.outcome != "partial" && run.outcome != "rig_fault")
      run.reasons.emplace_back("capture-changed");
  for (const auto& [name, hash] : journalled)
    if (std::ranges::find(*captures, name) == captures->end())
      run.reasons.emplace_back("capture-missing");
  auto guardian = read_guardian_log(folder.file("guardian.log"));
  if (!guardian) return pass_on(std::move(guardian));
  if (*guardian && (*guardian)->fired) run.reasons.emplace_back("guardian-fired");
  for (const auto& [path, state] : run.paths)
    if (state == "unobserved") run.reasons.emplace_back("path-unobserved");
  source.journal = std::move(journal->records);
  return source;
}

Result<AnalysisSource> source_of_captures(const ForeignCaptures& foreign) {
  AnalysisSource source;
  auto trials = read_trials_log(foreign.trials);
  if (!trials) return pass_on(std::move(trials));
  source.trials = std::move(*trials);
  for (const std::string& path : foreign.captures)
    source.captures.push_back({path, path.substr(path.rfind('/') + 1), ""});
  for (const std::string& dut : foreign.dut)
    if (dut != "all") source.dut.push_back(dut);
  source.identities = source.dut;
  source.plan.design = design_of(source.trials, foreign);
  if (source.plan.design.events.empty())
    return fail(ErrorCode::bad_file, "{}: no trial names an event: nothing was done to the machine",
                foreign.trials);
  source.run.outcome = "completed";
  return source;
}

Result<Analysis> analyse(const AnalysisSource& source) {
  Analysis analysis;
  ProofInput& input = analysis.proof_input;
  DecodeOptions options;
  options.dut = source.dut;
  Decoder decoder(options,
                  [&](Message&& message) { input.messages.push_back(std::move(message)); });
  auto read =
      for_each_packet(source.captures, [&](const Packet& packet) { decoder.packet(packet); });
  if (!read) return pass_on(std::move(read));
  if (auto hashed = hash_captures(source.captures, *read); !hashed)
    return pass_on(std::move(hashed));
  decoder.finish();

  const DecodeTotals& totals = decoder.totals();
  input.design = source.plan.design;
  input.trials = source.trials;
  std::vector<std::string> doubts = capture_doubts(source, *read, input.trials);
  if (!source.dut.empty() && totals.up_packets == 0) doubts.emplace_back("dut-not-seen");
  input.identities = source.identities;
  input.up_bytes = totals.up_bytes;
  input.capture_end_ns = totals.last_ns;
  input.pauses = source.run.pauses;
  Findings& findings = analysis.report.findings;
  findings.run = source.run;
  input.stop_bytes = set_aside(input.messages, findings.run.stops);
  Proof proof = attribute(input);

  findings.run.captures = std::move(read->files);
  for (Pause& pause : findings.run.pauses)
    for (const Message& message : input.messages)
      if (message.from_dut && pause.from_ns <= message.time_ns && message.time_ns <= pause.to_ns) {
        ++pause.messages;
        pause.bytes += message.size;
      }
  analysis.report.actuations = actuations_of(source.journal);
  findings.run.actuation = count_actuations(analysis.report.actuations, input.trials);
  findings.analysis.program = program_version();
  findings.analysis.source_sha256 = source_sha256();
  findings.analysis.alpha = input.design.alpha;
  findings.analysis.windows = input.design.windows;
  findings.analysis.draws = input.design.draws;
  findings.analysis.law = proof.law;
  findings.findings = std::move(proof.findings);
  findings.candidates = std::move(proof.candidates);
  // Nothing can be said of a machine that the captures do not show.
  if (std::ranges::find(doubts, "dut-not-seen") == doubts.end())
    findings.none = std::move(proof.none);
  // What was not seen may have gone where nobody looked.
  if (std::ranges::find(source.run.reasons, "path-unobserved") != source.run.reasons.end())
    for (NoneSeen& none : findings.none) none.reasons.emplace_back("path-unobserved");
  findings.background = std::move(proof.background);
  findings.exclusions = std::move(proof.exclusions);
  findings.bytes = std::move(proof.bytes);
  std::vector<std::string>& reasons = findings.run.reasons;
  reasons.insert(reasons.end(), proof.reasons.begin(), proof.reasons.end());
  reasons.insert(reasons.end(), doubts.begin(), doubts.end());
  std::ranges::sort(reasons);
  reasons.erase(std::ranges::unique(reasons).begin(), reasons.end());
  findings.run.verdict = reasons.empty() ? "" : "INCONCLUSIVE";

  analysis.report.plan = source.plan;
  analysis.report.trials = input.trials;
  analysis.report.marks = timeline(input.messages, claimed_packets(findings.findings));
  auto packets = excerpts(source, findings.findings);
  if (!packets) return pass_on(std::move(packets));
  analysis.report.excerpts = std::move(*packets);
  analysis.journal = source.journal;
  return analysis;
}

Result<void> write_results(const std::string& folder, const Analysis& analysis) {
  const ReportInput& report = analysis.report;
  auto written = write_file_whole(folder + "/findings.json", findings_json(report.findings));
  if (!written) return written;
  if (written = write_file_whole(folder + "/report.html", html_report(report)); !written)
    return written;
  return write_store(folder + "/results.sqlite", {report.findings, report.plan, report.trials,
                                                  analysis.journal, report.actuations});
}

bool inconclusive(const Findings& findings) { return !findings.run.reasons.empty(); }

}  // namespace brewproof
