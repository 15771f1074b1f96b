// A run whose card reader sniffs: what was said on the payment bus is a capture of its own, hashed,
// verified, and no traffic of the network.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "rig/command/analysis/source.h"
#include "rig/evidence/journal.h"
#include "tests/rig/capture/followed_payments.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PaidRun : public SmallBench {
 protected:
  PaidRun() {
    machine_.emplace(simulator({"qibixx", "--port", (place / "reader").string(), "--poll", "20",
                                "--price", "1.80", "--item", "5"}));
    write("presses.procedure.yaml",
          "brewproof: procedure/1\nname: sales\nevents:\n  pay:\n    params:\n"
          "      amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true}\n"
          "      card: {token: 3 bytes, unique: true}\n"
          "    do: [pay: {reader: card, method: card, amount: \"${amount}\", card: \"${card}\"}]\n"
          "    sham: host\n    observe: 100 ms\n"
          "design: {blocks: 2, per_block: 4, reserve: 1, idle: 100 ms, drain: 10 ms, "
          "jitter: 50 ms, windows: [0..100 ms], alpha: 0.01}\n");
  }
  void bench(const std::string& sniff) const {
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  reader: {driver: qibixx_mdb, port: " +
              (place / "reader").string() + sniff +
              "}\ncontrols:\n  card: {reader: reader}\npayment: emulated\n"
              "limits: {payments: 60, money: 200.00 EUR}\n");
  }
  std::vector<Record> journalled(const std::string& type) const {
    std::vector<Record> found;
    const auto journal = read_journal((place / "r/journal.jsonl").string());
    for (const Record& record : journal->records)
      if (record.type == type) found.push_back(record);
    return found;
  }
  std::vector<Record> segments() const { return journalled("segment"); }

  std::optional<Child> machine_;
};

TEST_F(PaidRun, WhatIsSaidOnTheBusIsACaptureOfItsOwn) {
  bench(", sniff: on");
  const auto output = run(run_words({"--seed", "7"}));
  ASSERT_EQ(segments().size(), 1u) << output.out << output.err;
  const nlohmann::json body = segments()[0].body;
  EXPECT_EQ(body["file"], "payment/0001.pcapng");
  EXPECT_EQ(body["resource"], "reader");
  EXPECT_EQ(body["unread"], 0) << body["first_unread"];
  EXPECT_GT(body["packets"], 100);

  // Each payment of the trials log is on the bus, with its amount, after its last contact.
  const auto events = followed_payments((place / "r/payment/0001.pcapng").string());
  std::vector<mdb::PaymentEvent> approvals, sales;
  for (const mdb::PaymentEvent& event : events) {
    EXPECT_NE(event.kind, mdb::PaymentEvent::Kind::unreadable);
    if (event.kind == mdb::PaymentEvent::Kind::vend_approved) approvals.push_back(event);
    if (event.kind == mdb::PaymentEvent::Kind::vend_succeeded) sales.push_back(event);
  }
  std::ifstream trials(place / "r/trials.jsonl");
  std::size_t paid = 0;
  for (std::string line; std::getline(trials, line);) {
    const auto trial = nlohmann::json::parse(line);
    if (trial["event"] == "sham") continue;
    ASSERT_LT(paid, approvals.size());
    EXPECT_EQ(approvals[paid].amount->units, trial["params"]["amount"]) << line;
    EXPECT_GE(approvals[paid].time_ns, trial["act_ns"].get<std::int64_t>() - 1'000'000);
    EXPECT_LE(approvals[paid].time_ns, trial["end_ns"].get<std::int64_t>());
    ++paid;
  }
  EXPECT_EQ(paid, 8u);
  EXPECT_EQ(sales.size(), paid);

  // The journal tells the same events as the capture, each with its time.
  const std::vector<Record> told = journalled("payment");
  ASSERT_EQ(told.size(), events.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].body["event"], mdb::word_of(events[i].kind));
    EXPECT_EQ(told[i].body["at_ns"], events[i].time_ns);
    if (events[i].amount) {
      EXPECT_EQ(told[i].body["amount"], events[i].amount->units);
    }
  }

  const auto verified = run({"verify", "r"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("payment/0001.pcapng"));

  // The network's analysis knows nothing of it.
  const auto source = source_of_run(*RunFolder::open((place / "r").string()));
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_TRUE(source->captures.empty());
  EXPECT_THAT(source->run.reasons, ::testing::Not(::testing::Contains("capture-missing")));
}

TEST_F(PaidRun, WithoutSniffingThereIsNone) {
  bench("");
  const auto output = run(run_words({"--seed", "7"}));
  EXPECT_TRUE(segments().empty());
  EXPECT_TRUE(fs::exists(place / "r/journal.jsonl")) << output.err;
  EXPECT_FALSE(fs::exists(place / "r/payment"));
}

// What was heard until then is there; the run that goes on begins another file.
TEST_F(PaidRun, AKilledRunKeepsWhatWasHeardAndGoesOnBesideIt) {
  bench(", sniff: on");
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
  settings.arguments = run_words({"--seed", "7"});
  settings.working_folder = place.string();
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  ASSERT_TRUE(child) << child.error().message;
  const auto outcomes = [&] {
    const auto check = read_journal((place / "r/journal.jsonl").string());
    return check ? std::ranges::count_if(check->records,
                                         [](const Record& record) {
                                           return record.type == "outcome" &&
                                                  record.body.contains("trial");
                                         })
                 : 0;
  };
  while (child->running() && outcomes() < 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  child->signal(SIGKILL);
  (void)child->wait(std::chrono::seconds(60));
  EXPECT_FALSE(followed_payments((place / "r/payment/0001.pcapng").string()).empty());
  EXPECT_THAT(run({"verify", "r"}).out, HasSubstr("it was open when the run was cut off"));

  // The guardian closes the session first.
  auto output = run(run_words({"--resume"}));
  for (int tries = 0; tries < 100 && output.err.find("is in use") != std::string::npos; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    output = run(run_words({"--resume"}));
  }
  std::vector<std::string> files;
  for (const Record& record : segments()) files.push_back(record.body["file"]);
  EXPECT_THAT(files, ElementsAre("payment/0001.pcapng", "payment/0002.pcapng")) << output.err;
  const auto verified = run({"verify", "r"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out << verified.err;
}

}  // namespace
}  // namespace brewproof
