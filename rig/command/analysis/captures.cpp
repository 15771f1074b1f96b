#include "rig/command/analysis/captures.h"

#include <algorithm>
#include <limits>

#include "rig/capture/capture_file.h"
#include "rig/model/sha256.h"

namespace brewproof {

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

}  // namespace brewproof
