#include "rig/command/analysis/second_opinion.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "results/findings_json.h"
#include "rig/crosscheck/temporary_folder.h"

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

/// tshark takes one file: all key logs in one, which nobody else can read.
class KeyFile {
 public:
  static Result<KeyFile> make(const std::string& text) {
    if (text.empty()) return KeyFile();
    auto folder = TemporaryFolder::make("keys");
    if (!folder) return pass_on(std::move(folder));
    KeyFile file;
    file.path_ = folder->path() + "/keys.log";
    file.folder_.emplace(std::move(*folder));
    std::ofstream out(file.path_, std::ios::binary);
    std::error_code error;
    std::filesystem::permissions(
        file.path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
        error);
    out << text;
    if (error || !out.flush())
      return fail(ErrorCode::host, "{}: the secrets for tshark cannot be written", file.path_);
    return file;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::optional<TemporaryFolder> folder_;
  std::string path_;  // "" = there is none
};

}  // namespace

OpinionWish no_opinion() { return {false, "left out with --no-cross-check", {}}; }

OpinionWish opinion_wish_of(const RunFolder& folder) {
  const std::string path = folder.file("findings.json");
  auto text = read_file_whole(path);
  if (!text) return {};
  auto findings = read_findings_json(*text, path);
  if (!findings) return {};
  const AnalysisSettings& made = findings->analysis;
  return {made.cross_check.has_value(), made.no_cross_check, made.cross_check.value_or("")};
}

SecondOpinion second_opinion(const AnalysisSource& source, const CapturesRead& read,
                             const OpinionWish& wish, std::vector<Message>& messages,
                             AnalysisSettings& settings) {
  settings.no_cross_check = wish.why_not;
  if (!wish.ask) return {};
  CrossCheckSettings asked;
  asked.dut = source.dut;
  const auto keys = KeyFile::make(read.key_logs.text);
  if (!keys) {
    settings.no_cross_check = keys.error().message;
    return {};
  }
  asked.keylog = keys->path();
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
