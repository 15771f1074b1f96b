// A folder of `analyze --out` can be asked again: what it was made of is named or kept in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/foreign_captures.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

class KeptSource : public FromElsewhere {
 protected:
  void make() {
    capture({heartbeat(0, 170), answers(1500)});
    log_trials(20);
    const auto made = analyze({"--log-offset", "+20s"});
    ASSERT_EQ(made.exit.code, 0) << made.out << made.err;
  }
};

TEST_F(KeptSource, ExplainWalksFromFindingsFieldsAndPackets) {
  make();
  // What the log is now does not matter.
  std::ofstream(place / "t.jsonl") << "{}\n";
  const auto finding = run({"explain", "o", "F1"});
  EXPECT_EQ(finding.exit.code, 0) << finding.err;
  EXPECT_THAT(finding.out, HasSubstr("1500.000 ms"));
  const json evidence = findings()["findings"][0]["evidence"][0];
  const auto packet = run({"explain", "o", "x.pcap:" + evidence["frame"].dump()});
  EXPECT_EQ(packet.exit.code, 0) << packet.err;
  EXPECT_THAT(packet.out, HasSubstr("F1 is about it"));
  const std::string path = findings()["findings"][0]["fields"][0]["path"];
  const auto field = run({"explain", "o", path});
  EXPECT_EQ(field.exit.code, 0) << field.err;
}

TEST_F(KeptSource, ReportMakesTheSamePageAgain) {
  make();
  const std::string page = text_of((place / "o/report.html").string());
  fs::remove(place / "o/report.html");
  EXPECT_EQ(run({"report", "o"}).exit.code, 0);
  const auto html = run({"report", "o", "--format", "html"});
  EXPECT_EQ(html.exit.code, 0) << html.err;
  EXPECT_EQ(text_of((place / "o/report.html").string()), page);
}

TEST_F(KeptSource, ACaptureIsFoundInTheFolderToo) {
  make();
  fs::rename(place / "x.pcap", place / "o/x.pcap");
  EXPECT_EQ(run({"explain", "o", "F1"}).exit.code, 0);
}

TEST_F(KeptSource, ACaptureThatIsGoneOrAnotherIsNamed) {
  make();
  capture(0, 170);
  const auto other = run({"explain", "o", "F1"});
  EXPECT_EQ(other.exit.code, 2);
  EXPECT_THAT(other.err, HasSubstr("is not the capture that was analysed"));
  fs::remove(place / "x.pcap");
  const auto gone = run({"explain", "o", "F1"});
  EXPECT_EQ(gone.exit.code, 2);
  EXPECT_THAT(gone.err, HasSubstr("x.pcap: the capture that was analysed is no longer there"));
}

TEST_F(KeptSource, FindingsAloneAreSaidToBeAlone) {
  make();
  fs::remove(place / "o/source.json");
  const auto refused = run({"explain", "o", "F1"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("findings alone"));
  const auto none = run({"report", "nowhere"});
  EXPECT_EQ(none.exit.code, 2);
}

}  // namespace
}  // namespace brewproof
