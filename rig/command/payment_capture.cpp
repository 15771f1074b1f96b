#include "rig/command/payment_capture.h"

#include <filesystem>

#include "rig/capture/segment_name.h"

namespace brewproof {
namespace {

nlohmann::json event_json(const std::string& resource, const mdb::PaymentEvent& event) {
  nlohmann::json json = {{"resource", resource},
                         {"device", event.device},
                         {"event", mdb::word_of(event.kind)},
                         {"at_ns", event.time_ns}};
  if (event.amount) {
    json["amount"] = event.amount->units;
    json["decimals"] = event.amount->decimals;
  }
  if (event.item) json["item"] = *event.item;
  if (event.bits) {
    json["free"] = event.bits->free;
    json["test"] = event.bits->test;
  }
  if (event.media_id) json["media_id"] = to_hex(*event.media_id);
  if (event.setup) json["level"] = event.setup->level;
  if (event.code != 0) json["code"] = event.code;
  return json;
}

}  // namespace

Result<PaymentCapture> PaymentCapture::begin(const Bench& bench, const RunFolder& folder,
                                             Journal& journal) {
  PaymentCapture capture(journal);
  const auto taps = bench.bus_taps();
  if (taps.empty()) return capture;
  std::error_code error;
  std::filesystem::create_directories(folder.payment_folder(), error);
  if (error)
    return fail(ErrorCode::io, "{}: making the folder: {}", folder.payment_folder(),
                error.message());
  auto number = newest_segment(folder.payment_folder());
  if (!number) return pass_on(std::move(number));
  for (const auto& [resource, tap] : taps) {
    const std::string path = folder.payment_folder() + "/" + segment_name(++*number);
    capture.lines_.push_back({resource, tap, BusCapture(path, resource)});
  }
  return capture;
}

void PaymentCapture::listen() {
  for (Line& line : lines_)
    if (!first_error_) take(line, line.tap->heard());
}

void PaymentCapture::keep(Result<void> done) {
  if (!done && !first_error_) first_error_ = std::move(done).error();
}

void PaymentCapture::take(Line& line, const Result<BusTap::Heard>& heard) {
  if (!heard) {
    keep(tl::unexpected(heard.error()));
    return;
  }
  if (line.unread == 0 && !heard->faults.empty()) line.first_unread = heard->faults.front();
  line.unread += heard->faults.size();
  keep(line.file.write(heard->blocks));
  for (const BusBlock& block : heard->blocks) follow(line, block);
}

void PaymentCapture::follow(Line& line, const BusBlock& block) {
  using Kind = mdb::PaymentEvent::Kind;
  const std::int64_t at_ns = block.at.real_ns;
  const mdb::From from =
      block.kind == BusBlock::Kind::from_machine ? mdb::From::master : mdb::From::peripheral;
  const auto events = block.kind == BusBlock::Kind::bus_reset
                          ? line.conversation.bus_reset(at_ns)
                          : line.conversation.hear(from, block.bytes, at_ns);
  for (const mdb::PaymentEvent& event : events) {
    if (event.kind != Kind::unreadable) {
      keep(journal_->append("payment", event_json(line.resource, event), Journal::Sync::no));
    } else if (line.unread++ == 0) {
      line.first_unread = fmt::format("byte {}: {}", event.fault.at, event.fault.why);
    }
  }
}

Result<void> PaymentCapture::end() {
  for (Line& line : lines_) {
    if (!first_error_) take(line, line.tap->all_heard());
    auto closed = line.file.close();
    if (!closed) {
      keep(tl::unexpected(std::move(closed).error()));
    } else if (*closed) {
      keep(journal_->append("segment",
                            {{"file", "payment/" + (*closed)->file},
                             {"sha256", (*closed)->sha256},
                             {"packets", (*closed)->packets},
                             {"resource", line.resource},
                             {"unread", line.unread},
                             {"first_unread", line.first_unread}},
                            Journal::Sync::yes));
    }
  }
  lines_.clear();
  if (first_error_) return tl::unexpected(*first_error_);
  return {};
}

}  // namespace brewproof
