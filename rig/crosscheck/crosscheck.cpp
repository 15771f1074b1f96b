#include "rig/crosscheck/crosscheck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <utility>

#include "rig/crosscheck/comparison.h"
#include "rig/crosscheck/dut_packets.h"
#include "rig/crosscheck/forms.h"
#include "rig/crosscheck/frame_ranges.h"
#include "rig/crosscheck/pieces.h"
#include "rig/process/scratch_folder.h"

namespace brewproof {
namespace {

constexpr std::size_t most_rules = 64;
constexpr std::size_t most_shown = 400;  // characters of a reading

constexpr const char* segments_in_order = "tcp.reassemble_out_of_order:TRUE";  // as we do
constexpr const char* segments_as_they_come = "tcp.reassemble_out_of_order:FALSE";

// Of a conversation the lower port is the service's.
using Service = std::pair<bool, std::uint16_t>;  // inside TLS, port
Service service_of(const KeptMessage& message) {
  return {message.tls, std::min(message.peer().port, message.dut_port)};
}

// tshark claims these by port, we by content: it is told where to look.
std::vector<std::string> decode_as(const std::vector<KeptMessage>& messages) {
  struct Known {
    std::string_view protocol;
    std::uint16_t port;
    std::vector<std::string_view> transports;
  };
  const Known known[] = {
      {"mqtt", 1883, {"tcp"}}, {"dns", 53, {"udp", "tcp"}}, {"ntp", 123, {"udp"}}};
  std::set<Service> web;  // MQTT inside a WebSocket is found by the upgrade
  for (const KeptMessage& message : messages)
    if (message.protocol() == "http" || message.protocol() == "websocket")
      web.insert(service_of(message));
  std::set<std::string> rules;
  for (const KeptMessage& message : messages)
    for (const auto& [protocol, usual, transports] : known) {
      if (message.protocol() != protocol || message.malformed) continue;
      const Service service = service_of(message);
      if (service.second == 0 || message.peer().port == usual || message.dut_port == usual ||
          web.contains(service))
        continue;
      for (const std::string_view transport : transports)
        if (rules.size() < most_rules)
          rules.insert(fmt::format("{}.port=={},{}", message.tls ? "tls" : transport,
                                   service.second, protocol));
    }
  std::vector<std::string> words;
  for (const std::string& rule : rules) words.insert(words.end(), {"-d", rule});
  return words;
}

// Only packets that hold a message of a kind are worth printing, and of these only the layers of
// kinds: the rest is most of the text.
std::vector<std::string> output_words(const DutPackets& dut) {
  std::set<std::string> layers = {"frame"}, terms;
  for (const Kind& kind : kinds()) {
    layers.insert(std::string(kind.layer));
    const std::string_view has = kind.has.substr(0, kind.has.find(' '));
    const bool one = !kind.equal.empty() && kind.equal.find(' ') == std::string_view::npos;
    terms.insert(one ? fmt::format("{} == {}", has, kind.equal) : std::string(has));
  }
  std::string filter = fmt::format("({})", fmt::join(terms, " || "));
  if (const std::string hosts = dut.filter(); !hosts.empty())
    filter += fmt::format(" && ({})", hosts);
  return {"-J", fmt::format("{}", fmt::join(layers, " ")), "-Y", filter};
}

std::string shortened(std::string line) {
  if (line.size() <= most_shown) return line;
  line.resize(forms::beginning(line, most_shown).size());
  return line + "…";
}

class Work {
 public:
  Work(const Tshark& tshark, const std::vector<CheckedCapture>& captures,
       std::vector<KeptMessage>& messages, const CrossCheckSettings& settings)
      : tshark_(tshark),
        captures_(captures),
        messages_(messages),
        settings_(settings),
        alone_(messages, settings.alone),
        dut_(settings.dut),
        sums_(kinds().size()) {
    for (std::size_t k = 0; k < kinds().size(); ++k) sums_[k].kind = kinds()[k].name;
    common_ = {"-o", "tcp.calculate_timestamps:FALSE"};  // which nothing reads
    if (!settings.keylog.empty())
      common_.insert(common_.end(), {"-o", "tls.keylog_file:" + settings.keylog});
    const std::vector<std::string> rules = decode_as(messages);
    common_.insert(common_.end(), rules.begin(), rules.end());
  }

  Result<CrossCheck> go() {
    std::vector<std::uint64_t> packets;
    for (const CheckedCapture& capture : captures_) packets.push_back(capture.packets);
    const std::vector<Piece> pieces = pieces_of(packets, settings_.most_packets, messages_);
    for (std::size_t begin = 0; begin < pieces.size();) {
      std::size_t end = begin;
      while (end < pieces.size() && pieces[end].file == pieces[begin].file) ++end;
      file({pieces.begin() + static_cast<std::ptrdiff_t>(begin),
            pieces.begin() + static_cast<std::ptrdiff_t>(end)});
      begin = end;
    }
    while (!running_.empty()) conclude_first();
    std::ranges::sort(check_.unheard, {}, &Unheard::file);
    check_.tool = tshark_.version();
    check_.without_network = tshark_.without_network();
    for (Opinion& sum : sums_)
      if (sum.ours + sum.theirs + sum.aside + sum.alone != 0)
        check_.opinions.push_back(std::move(sum));
    check_.read_alone = alone_.apply();
    check_.not_asked = alone_.not_asked();
    check_.up_explained = alone_.up_explained();
    return std::move(check_);
  }

 private:
  /// What tshark showed of one piece.
  struct Outcome {
    std::unique_ptr<Comparison> comparison;
    Result<void> compared;
    Result<ReadingAlone::Reads> alone;
  };
  struct Running {
    const Piece* piece;
    std::shared_ptr<const ScratchFolder> folder;  // where its file lies, if it was cut
    std::future<Outcome> outcome;
  };

  void file(std::span<const Piece> pieces) {
    const std::uint32_t number = pieces.front().file;
    std::vector<std::string> paths = {captures_[number].path};
    std::shared_ptr<const ScratchFolder> folder;
    if (pieces.size() > 1) {
      auto made = ScratchFolder::make("pieces");
      if (!made) return unheard(number, made.error());
      folder = std::make_shared<const ScratchFolder>(std::move(*made));
      auto cut = tshark_.cut(paths.front(), settings_.most_packets, folder->path());
      if (!cut) return unheard(number, cut.error());
      paths = std::move(*cut);
    }
    // Before any piece has failed: of a file the first reason is kept.
    if (paths.size() < pieces.size())
      unheard(number, {ErrorCode::bad_file,
                       fmt::format("editcap made {} pieces of {}", paths.size(), pieces.size())});
    for (std::size_t i = 0; i < pieces.size() && i < paths.size(); ++i)
      start(pieces[i], paths[i], folder);
  }

  /// Of each file the first reason. Files come in any order: one that cannot be cut fails at once,
  /// while pieces of those before it still run.
  void unheard(std::uint32_t file, const Error& why) {
    if (std::ranges::find(check_.unheard, file, &Unheard::file) == check_.unheard.end())
      check_.unheard.push_back({file, why.message});
  }

  void start(const Piece& piece, const std::string& path,
             const std::shared_ptr<const ScratchFolder>& folder) {
    while (running_.size() >= std::max<std::size_t>(settings_.at_once, 1)) conclude_first();
    auto comparison = std::make_unique<Comparison>(messages_);
    std::vector<ReadingAlone::Asked> opaque;
    for (const Piece::Part& part : piece.parts) {
      const bool unclaimed = is_opaque(messages_[part.message]);
      comparison->add_ours(part.message, part.first, part.last,
                           part.cut    ? Comparison::Standing::aside
                           : unclaimed ? Comparison::Standing::opaque
                                       : Comparison::Standing::compared);
      if (unclaimed && !part.cut) opaque.push_back({part.message, part.first, part.last});
    }
    comparison->sort();
    running_.push_back({&piece, folder,
                        std::async(std::launch::async, &Work::listen, this, path,
                                   std::move(comparison), alone_.allowed(std::move(opaque)))});
  }

  /// In a thread of its own: reads what all share, and writes only what it returns.
  Outcome listen(const std::string& path, std::unique_ptr<Comparison> own,
                 std::vector<ReadingAlone::Asked> opaque) const {
    Outcome outcome{std::move(own), {}, {}};
    Comparison& comparison = *outcome.comparison;
    const std::vector<std::string> kinds_alone = output_words(dut_);
    Result<void>& read = outcome.compared;
    read = read_packets(path, segments_in_order, kinds_alone,
                        [&](const Dissection& packet) { comparison.add_theirs(packet); });
    comparison.pair_the_rest();
    // Behind a segment that was never captured it waits for that one, and shows nothing more.
    if (read && comparison.lacks_theirs())
      read = read_packets(path, segments_as_they_come, kinds_alone,
                          [&](const Dissection& packet) { comparison.add_lacking(packet); });
    if (read) read = place_theirs(path, comparison);
    if (!read) return outcome;
    std::vector<std::string> words = {"-o", segments_in_order};
    words.insert(words.end(), common_.begin(), common_.end());
    outcome.alone = alone_.read(tshark_, path, words, std::move(opaque), comparison.places());
    return outcome;
  }

  void conclude_first() {
    Running first = std::move(running_.front());
    running_.pop_front();
    Outcome outcome = first.outcome.get();
    if (!outcome.compared) return unheard(first.piece->file, outcome.compared.error());
    conclude(*first.piece, *outcome.comparison);
    if (!outcome.alone) return unheard(first.piece->file, outcome.alone.error());
    alone_.add(std::move(*outcome.alone));
  }

  Result<void> read_packets(const std::string& path, const char* order,
                            const std::vector<std::string>& more,
                            const std::function<void(const Dissection&)>& use) const {
    std::vector<std::string> words = {"-T", "json", "-o", order};
    words.insert(words.end(), common_.begin(), common_.end());
    words.insert(words.end(), more.begin(), more.end());
    DissectionReader reader;
    auto read = tshark_.read(path, words, [&](std::string_view line) {
      if (reader.line(line)) use(reader.packet());
    });
    if (read && reader.unreadable() != 0)
      return fail(ErrorCode::protocol, "what tshark showed of {} packets could not be read",
                  reader.unreadable());
    return read;
  }

  // Who sent what only they show: those few packets are asked for again, with their addresses.
  Result<void> place_theirs(const std::string& path, Comparison& comparison) const {
    std::vector<FrameRange> frames;
    for (const std::uint64_t frame : comparison.unplaced()) frames.push_back({frame, frame});
    if (frames.empty()) return {};
    DutPackets dut(settings_.dut);
    return read_packets(
        path, segments_in_order,
        {"-J", "frame eth sll ip ipv6 tcp udp", "-Y", frame_filter(frames)},
        [&](const Dissection& packet) { comparison.place(packet, dut.holds(packet)); });
  }

  void conclude(const Piece& piece, Comparison& comparison) {
    for (Odd& odd : comparison.finish()) {
      Opinion& sum = sums_[odd.kind];
      ++sum.differing;
      Disagreement place{piece.file, piece.before + odd.frame, piece.before + odd.frame,
                         false,      std::move(odd.peer),      odd.port};
      if (odd.message != Odd::nobody) {
        const KeptMessage& message = messages_[odd.message];
        place = {piece.file, message.first.frame, message.last.frame, true, {}, 0};
      }
      if (sum.differences.size() < settings_.most_listed)
        sum.differences.push_back({piece.file, place.first, shortened(std::move(odd.ours)),
                                   shortened(std::move(odd.theirs))});
      check_.disagreements.push_back(std::move(place));
    }
    for (std::size_t k = 0; k < sums_.size(); ++k) {
      const KindTally& tally = comparison.tallies()[k];
      sums_[k].ours += tally.ours;
      sums_[k].theirs += tally.theirs;
      sums_[k].aside += tally.aside;
      sums_[k].alone += tally.alone;
    }
  }

  const Tshark& tshark_;
  const std::vector<CheckedCapture>& captures_;
  std::vector<KeptMessage>& messages_;
  const CrossCheckSettings& settings_;
  ReadingAlone alone_;
  DutPackets dut_;
  std::vector<Opinion> sums_;  // by kind
  std::vector<std::string> common_;
  std::deque<Running> running_;  // in the order of the pieces
  CrossCheck check_;
};

}  // namespace

bool CrossCheck::agrees() const { return disagreements.empty() && unheard.empty(); }

Result<CrossCheck> cross_check(const std::vector<CheckedCapture>& captures,
                               std::vector<KeptMessage>& messages,
                               const CrossCheckSettings& settings) {
  auto tshark = Tshark::find(settings.programs);
  if (!tshark) return pass_on(std::move(tshark));
  return Work(*tshark, captures, messages, settings).go();
}

}  // namespace brewproof
