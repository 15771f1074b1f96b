#include "rig/command/payment_capture.h"

#include <filesystem>
#include <utility>

#include "drivers/option.h"
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

// Those of a cashless reader that an act waits for.
std::optional<PaymentWord::Kind> spoken(mdb::PaymentEvent::Kind kind) {
  using Event = mdb::PaymentEvent::Kind;
  using Word = PaymentWord::Kind;
  switch (kind) {
    case Event::session_begun:
      return Word::begun;
    case Event::vend_requested:
      return Word::asked;
    case Event::vend_approved:
      return Word::approved;
    case Event::vend_denied:
      return Word::denied;
    case Event::vend_cancelled:
      return Word::cancelled;
    case Event::vend_succeeded:
    case Event::vend_succeeded_by_reset:
      return Word::succeeded;
    case Event::vend_failed:
      return Word::failed;
    case Event::session_ended:
      return Word::ended;
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<PaymentCapture> PaymentCapture::begin(const Bench& bench, const BenchFile& file,
                                             const RunFolder& folder, Journal& journal) {
  PaymentCapture capture(journal);
  const auto taps = bench.bus_taps();
  if (taps.empty()) return capture;
  std::error_code error;
  std::filesystem::create_directories(folder.payment_folder(), error);
  if (error)
    return fail(ErrorCode::io, "{}: making the folder: {}", folder.payment_folder(),
                error.message());
  auto newest = newest_segment(folder.payment_folder());
  if (!newest) return pass_on(std::move(newest));
  for (const auto& [resource, tap] : taps) {
    const std::string path = folder.payment_folder() + "/" + segment_name(++*newest);
    Line& line = capture.lines_.emplace_back(Line{resource, tap, BusCapture(path, resource)});
    const ResourceConfig& options = file.resources.at(resource);
    if (!only_sniffs(options)) continue;
    // The driver has checked them.
    const auto number = [&](const char* name, int otherwise) {
      return number_option(options, name, otherwise, 0, 255).value_or(otherwise);
    };
    line.conversation.suppose(number("level", 2),
                              {static_cast<std::uint16_t>(number("scale", 1)),
                               static_cast<std::uint8_t>(number("decimals", 2))});
  }
  return capture;
}

void PaymentCapture::listen() {
  for (Line& line : lines_)
    if (!first_error_) take(line, line.tap->heard());
}

std::vector<PaymentWord> PaymentCapture::heard() {
  listen();
  return std::exchange(words_, {});
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
    if (const auto word = spoken(event.kind)) {
      PaymentWord& told = words_.emplace_back(PaymentWord{*word, event.time_ns, {}, 0, {}});
      if (event.amount) {
        told.amount = event.amount->units;
        told.decimals = event.amount->decimals;
      }
      if (event.item) told.item = *event.item;
    }
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
