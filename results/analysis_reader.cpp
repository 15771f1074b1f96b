// How findings were made back into structs: settings, the second opinion, TLS, remarks on the log.
#include "results/findings_readers.h"

namespace brewproof {
namespace {

Opinion read_opinion(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  Opinion opinion{node.at("kind").text(),
                  node.at("ours").integer<std::uint64_t>(),
                  node.at("theirs").integer<std::uint64_t>(),
                  node.at("differing").integer<std::uint64_t>(),
                  node.at("aside").integer<std::uint64_t>(),
                  node.at("alone").integer<std::uint64_t>(),
                  {}};
  node.at("differences").each([&](const JsonNode& n) {
    opinion.differences.push_back({read_capture_index(n, captures),
                                   n.at("frame").integer<std::uint64_t>(),
                                   n.at("ours").text_or_empty(), n.at("theirs").text_or_empty()});
  });
  return opinion;
}

TlsSealed read_sealed(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  TlsSealed sealed{
      node.at("sessions").integer<std::uint64_t>(), node.at("partly").integer<std::uint64_t>(), {}};
  node.at("some").each([&](const JsonNode& n) {
    SealedSession session;
    session.first.file = read_capture_index(n, captures);
    session.first.frame = n.at("frame").integer<std::uint64_t>();
    session.client_random = n.at("client_random").text_or_empty();
    sealed.some.push_back(std::move(session));
  });
  return sealed;
}

TlsSessions read_tls(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  TlsSessions tls;
  node.at("key_logs").each([&](const JsonNode& n) {
    tls.key_logs.push_back({n.at("file").text(), n.at("sessions").integer<std::uint64_t>(),
                            n.at("unknown_labels").integer<std::uint64_t>(),
                            n.at("bad_lines").integer<std::uint64_t>(),
                            n.at("fault").text_or_empty(),
                            n.has("devices") ? n.at("devices").integer<std::uint64_t>() : 0});
  });
  node.at("destinations").each([&](const JsonNode& n) {
    const Destination to = read_destination(n.at("destination"));
    TlsTally& tally = tls.by_peer[{to.name, to.address, to.port}];
    tally.seen = n.at("seen").integer<std::uint64_t>();
    tally.opened = n.at("opened").integer<std::uint64_t>();
    n.at("sealed").each(
        [&](const JsonNode& s) { tally.sealed[s.at("why").text()] = read_sealed(s, captures); });
  });
  return tls;
}

PacketPlace read_place(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  return {read_capture_index(node, captures), node.at("offset").integer<std::uint64_t>(),
          node.at("frame").integer<std::uint64_t>()};
}

OtherAddress read_other_address(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  OtherAddress other;
  other.mac = node.at("mac").text();
  other.address = node.at("address").text_or_empty();
  other.counted = node.at("counted").boolean();
  other.packets = node.at("packets").integer<std::uint64_t>();
  other.bytes = node.at("bytes").integer<std::uint64_t>();
  other.first_ns = node.at("first_ns").integer<std::int64_t>();
  other.first = read_place(node, captures);
  return other;
}

DecoderFault read_decoder_fault(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  const auto number = [](const JsonNode& n) { return n.integer<int>(); };
  DecoderFault fault{node.at("how").text(),
                     node.at("signal").maybe(number),
                     node.at("exit_code").maybe(number),
                     {}};
  if (!node.at("frame").null()) fault.at = read_place(node, captures);
  return fault;
}

ClockRange read_clock_range(const JsonNode& node) {
  std::vector<std::int64_t> ends;
  node.each([&](const JsonNode& end) { ends.push_back(end.integer<std::int64_t>()); });
  if (ends.size() != 2) node.wrong("is not [from, to]");
  return {ends[0], ends[1]};
}

LogClock read_log_clock(const JsonNode& node) {
  LogClock clock;
  clock.how = node.at("how").text();
  clock.offset_ns = node.at("offset_ms").nanoseconds();
  clock.uncertainty_ns = node.at("uncertainty_ms").nanoseconds();
  clock.why_unchecked = node.at("why_unchecked").text_or_empty();
  clock.log = read_clock_range(node.at("log_ns"));
  clock.captures = read_clock_range(node.at("captures_ns"));
  clock.trials = node.at("trials").integer<int>();
  clock.outside = node.at("outside").integer<int>();
  return clock;
}

LogRemark read_remark(const JsonNode& node) {
  return {node.at("what").text(), node.at("trials").integer<int>(), node.at("first").integer<int>(),
          node.at("event").text_or_empty(), node.at("like").text_or_empty()};
}

}  // namespace

AnalysisSettings read_analysis(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  AnalysisSettings analysis;
  analysis.program = node.at("program").text();
  analysis.source_sha256 = node.at("source_sha256").text_or_empty();
  analysis.alpha = node.at("alpha").real();
  node.at("windows_ms").each([&](const JsonNode& n) {
    analysis.windows.push_back(read_window(n));
  });
  analysis.draws = node.at("draws").integer<std::uint64_t>();
  analysis.law = node.at("law").text();
  analysis.cross_check = node.at("cross_check").maybe([](const JsonNode& n) { return n.text(); });
  if (node.has("no_cross_check")) analysis.no_cross_check = node.at("no_cross_check").text();
  if (node.has("opinions"))
    node.at("opinions").each([&](const JsonNode& n) {
      analysis.opinions.push_back(read_opinion(n, captures));
    });
  if (node.has("unheard"))
    node.at("unheard").each([&](const JsonNode& n) {
      analysis.unheard.push_back({read_capture_index(n, captures), n.at("why").text()});
    });
  if (node.has("not_asked")) analysis.not_asked = node.at("not_asked").integer<std::uint64_t>();
  if (node.has("read_alone"))
    node.at("read_alone").each([&](const JsonNode& n) {
      analysis.read_alone.push_back(
          {n.at("protocol").text(), n.at("messages").integer<std::uint64_t>()});
    });
  if (node.has("other_addresses"))
    node.at("other_addresses").each([&](const JsonNode& n) {
      analysis.other_addresses.push_back(read_other_address(n, captures));
    });
  if (node.has("fault")) analysis.fault = read_decoder_fault(node.at("fault"), captures);
  if (node.has("tls")) analysis.tls = read_tls(node.at("tls"), captures);
  if (node.has("log_clock")) analysis.log_clock = read_log_clock(node.at("log_clock"));
  if (node.has("log_remarks"))
    node.at("log_remarks").each([&](const JsonNode& n) {
      analysis.log_remarks.push_back(read_remark(n));
    });
  if (node.has("categories")) {
    const JsonNode table = node.at("categories");
    analysis.categories = {table.at("version").integer<int>(), table.at("sha256").text()};
  }
  return analysis;
}

}  // namespace brewproof
