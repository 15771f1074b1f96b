#include "rig/command/analysis/second_opinion.h"

#include <algorithm>
#include <map>
#include <optional>

#include "rig/evidence/run_folder.h"
#include "rig/process/scratch_folder.h"

namespace brewproof {
namespace {

using ByPlace = std::multimap<std::pair<std::uint32_t, std::uint64_t>, const Disagreement*>;

// A message of ours is known by where it begins; what only the second decoder shows, by whom it
// was sent to and from, within the frames of the evidence.
bool concerns(const Disagreement& disagreement, const Evidence& evidence, const Finding& finding) {
  if (disagreement.file != evidence.file) return false;
  if (disagreement.ours) return disagreement.first == evidence.frame;
  const auto contains = [&](const std::string& address) {
    return !address.empty() && disagreement.peers.find(address) != std::string::npos;
  };
  return disagreement.first <= evidence.last_frame && disagreement.last >= evidence.frame &&
         contains(finding.destination.address) && disagreement.port == finding.destination.port;
}

bool in_doubt(const Finding& finding, const ByPlace& places) {
  return std::ranges::any_of(finding.evidence, [&](const Evidence& evidence) {
    const auto begin = places.lower_bound({evidence.file, evidence.frame});
    const auto end = places.upper_bound({evidence.file, evidence.last_frame});
    return std::any_of(
        begin, end, [&](const auto& place) { return concerns(*place.second, evidence, finding); });
  });
}

bool of_one_opinion(const Finding& finding) {
  bool any = false;
  for (const FieldFinding& field : finding.fields) {
    if (field.kind != FieldKind::stimulus) continue;
    if (!field.path.starts_with("tshark:")) return false;
    any = true;
  }
  return any;
}

constexpr const char* key_file = "/keys.log";

/// tshark takes one file: all key logs in one, in a folder that nobody else can look into.
Result<ScratchFolder> folder_with_keys(const std::string& text) {
  auto folder = ScratchFolder::make("keys");
  if (!folder) return folder;
  if (auto written = write_file_whole(folder->path() + key_file, text); !written)
    return fail(ErrorCode::host, "the secrets for tshark: {}", written.error().message);
  return folder;
}

}  // namespace

OpinionWish no_opinion() { return {false, "left out with --no-cross-check", {}}; }

OpinionWish opinion_wish_of(const AnalysisSettings& made) {
  return {made.cross_check.has_value(), made.no_cross_check, made.cross_check.value_or("")};
}

SecondOpinion second_opinion(const AnalysisSource& source, const CapturesRead& read,
                             const OpinionWish& wish, std::vector<KeptMessage>& messages,
                             AnalysisSettings& settings) {
  settings.no_cross_check = wish.why_not;
  if (!wish.ask) return {};
  CrossCheckSettings asked;
  asked.dut = source.dut;
  std::optional<ScratchFolder> keys;
  if (!read.key_logs.text.empty()) {
    auto made = folder_with_keys(read.key_logs.text);
    if (!made) {
      settings.no_cross_check = made.error().message;
      return {};
    }
    asked.keylog = keys.emplace(std::move(*made)).path() + key_file;
  }
  std::vector<CheckedCapture> captures;
  for (std::size_t i = 0; i < source.captures.size(); ++i)
    captures.push_back({source.captures[i].path, read.files[i].packets});
  auto check = cross_check(captures, messages, asked);
  if (!check) {
    settings.no_cross_check = check.error().message;
    return {};
  }
  settings.no_cross_check.clear();
  settings.cross_check = check->tool;
  settings.opinions = std::move(check->opinions);
  settings.unheard = std::move(check->unheard);
  settings.read_alone = std::move(check->read_alone);
  settings.not_asked = check->not_asked;
  SecondOpinion opinion{std::move(check->disagreements), {}, check->up_explained};
  if (!check->without_network)
    opinion.note =
        "tshark read the captures with the network in reach: user namespaces are forbidden here";
  return opinion;
}

void weigh(std::vector<Finding>& findings, const std::vector<Disagreement>& disagreements) {
  ByPlace places;
  for (const Disagreement& disagreement : disagreements)
    places.emplace(std::pair(disagreement.file, disagreement.first), &disagreement);
  for (Finding& finding : findings) {
    if (in_doubt(finding, places)) {
      finding.reasons.emplace_back("second-opinion-differs");
      if (finding.grade == 'A') finding.grade = 'B';
    }
    if (of_one_opinion(finding)) finding.reasons.emplace_back("one-opinion");
  }
}

}  // namespace brewproof
