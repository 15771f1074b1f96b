#include "rig/procedure/bookkeeping.h"

#include <fmt/core.h>

#include <algorithm>

#include "rig/books/audit_file.h"

namespace brewproof {
namespace {

constexpr std::int64_t asked_again_ns = 20'000'000;

nlohmann::json machine_json(const books::Audit& audit) {
  return {{"serial", audit.machine.serial},
          {"model", audit.machine.model},
          {"build", audit.machine.build},
          {"board", audit.board.serial},
          {"software", audit.board.software}};
}

// The reading as the machine told it, whole or as far as it goes.
books::Audit audit_in(const std::string& text) {
  books::AuditFile file = books::read_audit_file(text);
  // The last one is the newest where a machine tells several.
  return file.audits.empty() ? books::Audit() : std::move(file.audits.back());
}

// What each payment of the act was approved for, and what the machine had asked for it; what was
// inserted. One that was to be denied, and was approved, sold something after all.
void add_payments(const Act& act, books::ExpectedSales& expected) {
  for (const nlohmann::json& step : act.steps) {
    if (step.contains("insert")) {
      const auto inserted = step["amount"].get<std::int64_t>();
      expected.cash += {inserted, inserted};
    }
    if (!step.contains("approved")) continue;
    if (step.contains("expected")) ++expected.vends.most;
    const auto approved = step["approved"].get<std::int64_t>();
    std::int64_t asked = approved;
    if (const auto request = step.find("request"); request != step.end() && request->is_object())
      asked = request->value("price", approved);
    expected.charged += {std::min(asked, approved), std::max(asked, approved)};
    expected.charges += {1, 1};
  }
}

}  // namespace

books::ExpectedSales expected_sales(const EventSpec& event, const Parameters& parameters,
                                    const BenchFile& bench, const Act* done) {
  const Use use = use_of(event, parameters, bench);
  books::ExpectedSales expected;
  const bool sure = done != nullptr && done->silent.empty();
  expected.vends = {sure ? use.cups : 0, use.cups};
  if (done != nullptr) add_payments(*done, expected);
  if (done == nullptr)
    expected = {expected.vends, {0, use.payments}, {0, use.money_minor}, {0, use.money_minor}};
  // A vend that failed is given back; one that nobody answered may have been charged.
  if (!sure) expected.charges.least = expected.charged.least = expected.cash.least = 0;
  return expected;
}

Result<BooksReading> Bookkeeping::reading() {
  while (true) {
    if (auto done = port_->poll()) return std::move(*done);
    if (auto waited = wait_(clock_.now().raw_ns + asked_again_ns); !waited)
      return pass_on(std::move(waited));
  }
}

Result<void> Bookkeeping::begin() {
  if (!reads()) return {};
  auto first = reading();
  if (!first)
    return fail(first.error().code, "the machine's books cannot be read: {}",
                first.error().message);
  before_ = audit_in(first->text);
  number_ = first->number;
  if (!before_->sound())
    return fail(ErrorCode::protocol,
                "the machine's books came damaged ({}): `brewproof books` says what is wrong with "
                "them",
                first->file);
  BooksHeld held;
  held.verdict = "first";
  return write(held, *first, *before_);
}

Result<void> Bookkeeping::write(BooksHeld& held, const BooksReading& reading,
                                const books::Audit& audit) {
  held.reading = reading.number;
  held.file = reading.file;
  held.begin_raw_ns = reading.begun.raw_ns;
  held.end_raw_ns = reading.at.raw_ns;
  nlohmann::json body = books_held_json(held);
  body["sha256"] = reading.sha256;
  body["machine"] = machine_json(audit);
  return journal_.append("books", std::move(body), Journal::Sync::yes);
}

void Bookkeeping::acted(const EventSpec& event, const Parameters& parameters, const Act* done,
                        int trial) {
  if (!reads()) return;
  const books::ExpectedSales sales = expected_sales(event, parameters, bench_, done);
  if (sales.vends.most != 0 && trial != 0) pending_.acts.push_back(trial);
  pending_.expected += sales;
}

void Bookkeeping::remember(std::span<const Trial> trials) {
  if (!pending_.since_ns && !trials.empty()) pending_.since_ns = trials.front().start_ns;
  for (const Trial& trial : trials) pending_.trials.push_back(trial.trial);
}

Result<Bookkeeping::Held> Bookkeeping::hold(Trial& trial, std::optional<bool> seen) {
  const bool alone = pending_.trials.empty() && std::ranges::all_of(pending_.acts, [&](int act) {
                       return act == trial.trial;
                     });
  if (!alone) return hold(std::span(&trial, 1));
  remember(std::span(&trial, 1));
  Held held;
  const auto verdict = read(seen, held);
  if (!verdict) return tl::unexpected(verdict.error());
  if (*verdict == BookingVerdict::unaccounted_vend) {
    trial.status = TrialStatus::excluded;
    trial.reason = "unaccounted-vend";
  } else if (*verdict == BookingVerdict::not_booked && seen != true &&
             trial.status == TrialStatus::ok) {
    trial.status = TrialStatus::unconfirmed;
    trial.reason = "the machine did not book it";
  }
  return held;
}

Result<Bookkeeping::Held> Bookkeeping::hold(std::span<const Trial> trials) {
  remember(trials);
  const std::optional<std::int64_t> since_ns = pending_.since_ns;
  Held held;
  const auto verdict = read(std::nullopt, held);
  if (!verdict) return tl::unexpected(verdict.error());
  if (*verdict == BookingVerdict::unaccounted_vend && since_ns)
    held.damage.push_back({"unaccounted-vend", *since_ns, clock_.now().real_ns});
  if (*verdict == BookingVerdict::not_booked) held.doubts.emplace_back("unaccounted-vend");
  return held;
}

Result<books::BookingVerdict> Bookkeeping::read(std::optional<bool> seen, Held& held) {
  BooksHeld told;
  told.trials = pending_.trials;
  told.acts = pending_.acts;
  auto now = reading();
  if (!now) {
    // A stop is a stop; a port that does not answer costs this reading, not the run.
    if (now.error().code == ErrorCode::interrupted || now.error().code == ErrorCode::interlock)
      return pass_on(std::move(now));
    unread_ = true;
    told.verdict = "unread";
    told.why = now.error().message;
    auto written = journal_.append("books", books_held_json(told), Journal::Sync::no);
    if (!written) return pass_on(std::move(written));
    return BookingVerdict::doubtful;
  }
  books::Audit after = audit_in(now->text);
  const books::Booking booking = books::hold_against(*before_, after, pending_.expected);
  told.since = number_;
  told.vends = {pending_.expected.vends, booking.moved.vends};
  told.charges = {pending_.expected.charges, booking.moved.charges};
  told.charged = {pending_.expected.charged, booking.moved.charged};
  told.cash = BookedCount{pending_.expected.cash, booking.moved.cash};
  told.verdict = books::word_of(booking.verdict);
  told.why = booking.why;
  if (booking.verdict == BookingVerdict::agrees && !pending_.acts.empty() && seen == false) {
    told.verdict = "not-brewed";
    told.why = "it is booked, and no sensor saw it";
  }
  if (auto written = write(told, *now, after); !written) return pass_on(std::move(written));
  unread_ = !after.sound();
  if (unread_) return booking.verdict;  // the next one is held against the last sound one
  // What was sent before and after is not of one machine.
  if (!asks_for_updates_ && machine_json(*before_) != machine_json(after)) {
    const std::int64_t changed_ns = clock_.now().real_ns;
    held.damage.push_back({"firmware-changed", pending_.since_ns.value_or(changed_ns), changed_ns});
    held.doubts.emplace_back("firmware-changed");
  }
  held.known = booking.verdict != BookingVerdict::doubtful;
  before_ = std::move(after);
  number_ = now->number;
  pending_ = {};
  return booking.verdict;
}

}  // namespace brewproof
