#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "rig/evidence/journal.h"
#include "rig/evidence/key_logs.h"
#include "rig/evidence/run_folder.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/nonce.h"
#include "rig/model/sha256.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::HasSubstr;

// A run of one trial, with every file of its folder.
class VerifyRun : public testing::Test {
 protected:
  void SetUp() override {
    auto run = RunFolder::create(folder_.path());
    ASSERT_TRUE(run);
    put_file(folder_.file("plan.json"), plan_);
    put_file(folder_.file("bench.yaml"), "brewproof: bench/1\n");
    put_file(folder_.file("procedure.yaml"), "brewproof: procedure/1\n");
    put_file(folder_.file("capture/0001.pcapng"), "packets");
    trial_.trial = 1;
    trial_.block = 1;
    trial_.event = "brew";
    trial_.start_ns = 100;
    trial_.act_ns = 110;
    trial_.end_ns = 200;
    put_file(folder_.file("trials.jsonl"), trial_json(trial_) + "\n");
    put_file(folder_.file("samples.jsonl"), "{}\n");
  }

  void write_journal(bool closed) {
    VirtualClock clock;
    auto journal = Journal::create(folder_.file("journal.jsonl"), clock);
    ASSERT_TRUE(journal);
    const auto put = [&](const char* type, nlohmann::json body) {
      ASSERT_TRUE(journal->append(type, std::move(body), Journal::Sync::no));
    };
    nlohmann::json plan = {{"plan_sha256", sha256(plan_)},
                           {"bench_sha256", sha256("brewproof: bench/1\n")},
                           {"procedure_sha256", sha256("brewproof: procedure/1\n")}};
    plan.update(seed_keys_);
    put("plan", std::move(plan));
    put("intent", {{"trial", 1}, {"block", 1}, {"event", "brew"}, {"sham", false}});
    put("outcome", {{"trial", 1}, {"start_ns", 100}, {"act_ns", 110}});
    if (!closed) {
      put("intent", {{"trial", 2}, {"block", 1}, {"event", "brew"}, {"sham", true}});
      return;
    }
    put("segment", {{"file", "0001.pcapng"}, {"sha256", sha256("packets")}, {"packets", 3}});
    if (!payment_sha256_.empty())
      put("segment",
          {{"file", "payment/0001.pcapng"}, {"sha256", payment_sha256_}, {"packets", 3}});
    put("end", {{"outcome", "completed"},
                {"reasons", nlohmann::json::array()},
                {"trials_sha256", sha256(trial_json(trial_) + "\n")},
                {"samples_sha256", sha256("{}\n")}});
    write_results(journal->head());
  }

  void write_results(const std::string& head) {
    const std::string findings = R"({"run":{"journal_head":")" + head + R"(","plan_sha256":")" +
                                 sha256(plan_) +
                                 R"(","captures":[{"file":"capture/0001.pcapng","sha256":")" +
                                 sha256("packets") + R"("}]}})";
    put_file(folder_.file("findings.json"), findings);
    put_file(folder_.file("report.html"), "<p>" + sha256(findings) + "</p>");
    put_file(folder_.file("results.sqlite"), "SQLite format 3");
  }

  Verification verify() {
    auto verification = verify_run(*RunFolder::open(folder_.path()));
    EXPECT_TRUE(verification);
    return *verification;
  }

  // The one line of a file.
  static Verification::Line line(const Verification& verification, const std::string& what) {
    for (const Verification::Line& line : verification.lines)
      if (line.what == what) return line;
    ADD_FAILURE() << "no line for " << what;
    return {};
  }

  // Only this file's line fails.
  void only_fails(const std::string& what, const std::string& why) {
    const Verification verification = verify();
    EXPECT_FALSE(verification.holds());
    for (const Verification::Line& l : verification.lines)
      EXPECT_EQ(l.holds || !l.checked, l.what != what) << l.what << ": " << l.detail;
    EXPECT_THAT(line(verification, what).detail, HasSubstr(why));
  }

  TemporaryFolder folder_;
  Trial trial_;
  nlohmann::json seed_keys_ = nlohmann::json::object();
  std::string payment_sha256_;  // journalled where it is not empty
  std::string plan_ = R"({"slots":[{"trial":1,"event":"brew","sham":false},)"
                      R"({"trial":2,"event":"brew","sham":true}],"reserve":[]})";
};

TEST_F(VerifyRun, AWholeRunHolds) {
  write_journal(true);
  const Verification verification = verify();
  EXPECT_TRUE(verification.closed);
  EXPECT_TRUE(verification.holds());
  for (const char* what :
       {"journal.jsonl", "end of the run", "plan.json", "bench.yaml", "procedure.yaml",
        "capture/0001.pcapng", "trials.jsonl", "samples.jsonl", "findings.json", "report.html"})
    EXPECT_TRUE(line(verification, what).holds) << what;
}

TEST_F(VerifyRun, KeyLogsAreNeitherAskedForNorTold) {
  write_journal(true);
  const std::size_t lines = verify().lines.size();
  const auto log = make_key_log(*RunFolder::open(folder_.path()), "endpoint");
  ASSERT_TRUE(log);
  put_file(*log, "CLIENT_RANDOM 00 11\n");
  EXPECT_TRUE(verify().holds());
  EXPECT_EQ(verify().lines.size(), lines);
}

TEST_F(VerifyRun, ATrialThatWasLeftOutAfterwardsIsNamed) {
  write_journal(true);
  trial_.status = TrialStatus::excluded;
  trial_.reason = "capture-gap";
  put_file(folder_.file("trials.jsonl"), trial_json(trial_) + "\n");
  only_fails("trials.jsonl", "journalled was");
}

TEST_F(VerifyRun, AChangedPlanIsNamed) {
  write_journal(true);
  put_file(folder_.file("plan.json"), plan_ + " ");
  only_fails("plan.json", "journalled was " + sha256(plan_));
}

TEST_F(VerifyRun, ASeedThatItsNonceDoesNotStandForIsNoticed) {
  const NonceSeed of{"abc", sha256("brewproof: procedure/1\n"), sha256("brewproof: bench/1\n"), 2};
  seed_keys_ = {{"nonce", "abc"}, {"counter", 2}, {"seed", seed_of_nonce(of)}};
  write_journal(true);
  EXPECT_THAT(line(verify(), "seed").detail, HasSubstr("with 2 earlier runs"));
  EXPECT_TRUE(verify().holds());
  seed_keys_["counter"] = 1;
  std::filesystem::remove(folder_.file("journal.jsonl"));
  write_journal(true);
  only_fails("seed", "the journal says " + std::to_string(seed_of_nonce(of)));
}

TEST_F(VerifyRun, AnActAgainstItsLotIsNoticed) {
  plan_ = R"({"slots":[{"trial":1,"event":"brew","sham":true}],"reserve":[]})";
  put_file(folder_.file("plan.json"), plan_);
  write_journal(true);
  only_fails("lots", "trial 1 is not what the plan's lot says");
}

TEST_F(VerifyRun, AChangedBenchFileIsNamed) {
  write_journal(true);
  put_file(folder_.file("bench.yaml"), "brewproof: bench/1\n#");
  only_fails("bench.yaml", "its SHA-256 is");
}

TEST_F(VerifyRun, AChangedCaptureIsNamed) {
  write_journal(true);
  put_file(folder_.file("capture/0001.pcapng"), "packetz");
  only_fails("capture/0001.pcapng", "its SHA-256 is");
}

TEST_F(VerifyRun, ASampleThatWasChangedOrLostIsNoticed) {
  write_journal(true);
  put_file(folder_.file("samples.jsonl"), "{ }\n");
  only_fails("samples.jsonl", "its SHA-256 is");
  std::filesystem::remove(folder_.file("samples.jsonl"));
  only_fails("samples.jsonl", "No such file");
}

TEST_F(VerifyRun, AMissingCaptureIsNamed) {
  write_journal(true);
  std::filesystem::remove(folder_.file("capture/0001.pcapng"));
  only_fails("capture/0001.pcapng", "No such file");
}

TEST_F(VerifyRun, ACaptureThatTheJournalDoesNotKnowIsNamed) {
  write_journal(true);
  put_file(folder_.file("capture/0002.pcapng"), "more");
  only_fails("capture/0002.pcapng", "the journal does not know this file");
}

TEST_F(VerifyRun, AnotherTimeOfAnActIsNoticed) {
  write_journal(true);
  trial_.act_ns = 111;
  put_file(folder_.file("trials.jsonl"), trial_json(trial_) + "\n");
  only_fails("trials.jsonl", "trial 1 has other times than its journalled outcome");
}

TEST_F(VerifyRun, ATrialCalledAShamIsNoticed) {
  write_journal(true);
  trial_.sham = true;
  put_file(folder_.file("trials.jsonl"), trial_json(trial_) + "\n");
  only_fails("trials.jsonl", "trial 1 is not the one whose intent was journalled");
}

TEST_F(VerifyRun, ATrialLeftOutOrPutInIsNoticed) {
  write_journal(true);
  put_file(folder_.file("trials.jsonl"), "");
  only_fails("trials.jsonl", "trial 1 is in the journal but not here");
  Trial second = trial_;
  second.trial = 2;
  put_file(folder_.file("trials.jsonl"), trial_json(trial_) + "\n" + trial_json(second) + "\n");
  only_fails("trials.jsonl", "trial 2 is not in the journal");
}

TEST_F(VerifyRun, FindingsOfAnotherRunAreNoticed) {
  write_journal(true);
  write_results(std::string(64, 'a'));
  only_fails("findings.json", "another journal");
}

TEST_F(VerifyRun, AReportOfOtherFindingsIsNoticed) {
  write_journal(true);
  put_file(folder_.file("report.html"), "<p>all is well</p>");
  only_fails("report.html", "does not show this findings.json");
}

TEST_F(VerifyRun, ACutOffRunSaysWhatIsWholeAndWhatIsOpen) {
  write_journal(false);
  const Verification verification = verify();
  EXPECT_FALSE(verification.closed);
  EXPECT_TRUE(verification.holds());
  EXPECT_TRUE(line(verification, "plan.json").holds);
  EXPECT_TRUE(line(verification, "trials.jsonl").holds);
  EXPECT_FALSE(line(verification, "capture/0001.pcapng").checked);
  EXPECT_THAT(line(verification, "end of the run").detail,
              HasSubstr("trial 2 was begun and has no outcome"));
  EXPECT_FALSE(line(verification, "findings.json").checked);
}

TEST_F(VerifyRun, ADamagedJournalDoesNotHideWhatIsBeforeTheDamage) {
  write_journal(true);
  std::string text = get_file(folder_.file("journal.jsonl"));
  text[text.size() - 10] ^= 1;
  put_file(folder_.file("journal.jsonl"), text);
  const Verification verification = verify();
  EXPECT_FALSE(verification.holds());
  EXPECT_THAT(line(verification, "journal.jsonl").detail, HasSubstr("line 5"));
  EXPECT_TRUE(line(verification, "plan.json").holds);
  EXPECT_TRUE(line(verification, "capture/0001.pcapng").holds);
}

TEST_F(VerifyRun, AMissingJournalFailsOnItsLine) {
  const Verification verification = verify();
  EXPECT_FALSE(verification.holds());
  EXPECT_FALSE(line(verification, "journal.jsonl").holds);
}

TEST_F(VerifyRun, TheCaptureOfThePaymentBusIsCheckedAsWell) {
  std::filesystem::create_directories(folder_.file("payment"));
  put_file(folder_.file("payment/0001.pcapng"), "blocks");
  payment_sha256_ = sha256("blocks");
  write_journal(true);
  EXPECT_TRUE(line(verify(), "payment/0001.pcapng").holds);
  put_file(folder_.file("payment/0001.pcapng"), "Blocks");
  EXPECT_FALSE(line(verify(), "payment/0001.pcapng").holds);
  std::filesystem::remove(folder_.file("payment/0001.pcapng"));
  EXPECT_FALSE(line(verify(), "payment/0001.pcapng").holds);
}

TEST_F(VerifyRun, ACaptureOfThePaymentBusWithoutAHashIsTold) {
  std::filesystem::create_directories(folder_.file("payment"));
  put_file(folder_.file("payment/0001.pcapng"), "blocks");
  write_journal(true);
  EXPECT_THAT(line(verify(), "payment/0001.pcapng").detail, HasSubstr("does not know this file"));
  std::filesystem::remove(folder_.file("journal.jsonl"));
  write_journal(false);
  EXPECT_THAT(line(verify(), "payment/0001.pcapng").detail,
              HasSubstr("open when the run was cut off"));
}

TEST_F(VerifyRun, AJournalMayNotLeadOutOfItsFolder) {
  VirtualClock clock;
  {
    auto journal = Journal::create(folder_.file("journal.jsonl"), clock);
    ASSERT_TRUE(journal->append("segment",
                                {{"file", "../../etc/passwd"}, {"sha256", ""}, {"packets", 0}},
                                Journal::Sync::no));
  }
  EXPECT_THAT(line(verify(), "capture").detail, HasSubstr("outside of the run folder"));
}

}  // namespace
}  // namespace brewproof
