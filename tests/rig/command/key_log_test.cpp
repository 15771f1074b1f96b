// Key logs given to `analyze`: real TLS sessions are opened, and what stays sealed says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/rig/capture/tls_capture.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t second = 1'000'000'000, begin_ns = 1'760'000'000 * second;

MATCHER_P2(HasMember, key, value, "") { return arg.is_object() && arg.value(key, "") == value; }

class KeyLog : public CommandLine {
 protected:
  // Two blocks of four payments and four shams, one each ten seconds. A payment has a session of
  // its own; every ten seconds there is one that comes anyway.
  void SetUp() override {
    TlsCapture capture((place / "cap.pcapng").string());
    std::ofstream trials(place / "t.jsonl");
    std::uint16_t port = 41000;
    const auto talk = [&](std::int64_t at_ns, const std::string& said) {
      capture.now_ns = at_ns;
      TlsCapture::Session session = capture.begin(port++);
      session.up(said);
      session.down("HTTP/1.1 204 No Content\r\n\r\n");
      session.close();
    };
    talk(begin_ns, ping);
    for (int trial = 1; trial <= 16; ++trial) {
      const std::int64_t start_ns = begin_ns + 10 * trial * second;
      const int amount = 100 + 37 * trial;
      const bool sham = trial % 2 != 0;
      if (!sham) talk(start_ns + second / 5, order(amount));
      talk(start_ns + 8 * second, ping);
      trials << R"({"trial":)" << trial << R"(,"block":)" << (trial + 7) / 8
             << (sham ? R"(,"event":"sham","of":"pay")" : R"(,"event":"pay")") << R"(,"start_ns":)"
             << start_ns << R"(,"end_ns":)" << start_ns + 6 * second << R"(,"params":{"amount":)"
             << amount << R"(},"status":"ok"})" << "\n";
    }
    capture.end();
    log_ = capture.key_log;
    put("keys.log", log_);
  }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(place / name, std::ios::binary) << text;
  }

  Child::Output analyze(const std::vector<std::string>& more,
                        const std::string& capture = "cap.pcapng") const {
    std::vector<std::string> words = {
        "analyze", capture, "--trials",     "t.jsonl", "--dut", TlsCapture::machine_mac,
        "--out",   "o",     "--log-offset", "0s"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  [[nodiscard]] json findings() const {
    return json::parse(text_of((place / "o/findings.json").string()), nullptr, false);
  }
  /// Of the one destination.
  [[nodiscard]] json tally() const { return findings()["analysis"]["tls"]["destinations"][0]; }

  std::string log_;

 private:
  static constexpr char ping[] = "GET /ping HTTP/1.1\r\nHost: kiosk.example\r\n\r\n";
  static std::string order(int amount) {
    const std::string body = R"({"cents":)" + std::to_string(amount) + "}";
    return "POST /v1/order HTTP/1.1\r\nHost: kiosk.example\r\nContent-Type: application/json\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

TEST_F(KeyLog, OpensWhatWasSentAndTheContentIsProven) {
  const auto output = analyze({"--keylog", "keys.log"});
  ASSERT_EQ(output.exit.code, 0) << output.out << output.err;
  const json all = findings(), finding = all["findings"][0];
  EXPECT_EQ(finding["grade"], "A");
  EXPECT_EQ(finding["tls"], true);
  EXPECT_EQ(finding["protocol"], "http");
  EXPECT_EQ(finding["message"], "POST /v1/order");
  EXPECT_THAT(finding["fields"],
              Contains(AllOf(HasMember("path", "body|json:/cents"), HasMember("param", "amount"))));
  EXPECT_EQ(tally()["seen"], 25);
  EXPECT_EQ(tally()["opened"], 25);
  EXPECT_EQ(tally()["sealed"], json::array());
  EXPECT_THAT(output.out, HasSubstr("TLS: 25 of 25 sessions opened."));
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("25 of 25 sessions opened"));
}

TEST_F(KeyLog, IsHandedToTheSecondDecoderToo) {
  ASSERT_EQ(analyze({"--keylog", "keys.log"}).exit.code, 0);
  const json analysis = findings()["analysis"];
  if (analysis["cross_check"].is_null()) GTEST_SKIP() << analysis["no_cross_check"];
  std::map<std::string, std::pair<int, int>> seen;  // theirs, differing
  for (const json& opinion : analysis["opinions"])
    seen[opinion["kind"]] = {opinion["theirs"], opinion["differing"]};
  EXPECT_EQ(seen["http requests"], std::pair(25, 0));
  EXPECT_EQ(seen["http request bodies"], std::pair(8, 0));
}

// What lies around a hole is opened; tshark finds no record behind one, and lowers nothing by that.
TEST_F(KeyLog, OfASessionWithHolesOpensWhatCanBeOpened) {
  TlsCapture capture((place / "lossy.pcapng").string());
  {
    TlsCapture::Session session = capture.begin(41000);
    for (int i = 0; i < 8; ++i) {
      if (i == 3 || i == 5) session.lose(60);
      session.up("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: kiosk.example\r\n\r\n");
    }
    session.close();
  }
  capture.end();
  put("lossy.log", capture.key_log);
  const auto output = analyze({"--keylog", "lossy.log"}, "lossy.pcapng");
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;  // no trial is covered
  EXPECT_EQ(tally()["opened"], 1);
  EXPECT_EQ(tally()["sealed"][0]["why"], "gap");
  EXPECT_EQ(tally()["sealed"][0]["partly"], 1);
  EXPECT_THAT(output.out, HasSubstr("1 session with kiosk.example:443 stays sealed in part: bytes "
                                    "of them were never captured"));
  const json analysis = findings()["analysis"];
  for (const json& opinion : analysis["opinions"]) EXPECT_EQ(opinion["differing"], 0) << opinion;
}

TEST_F(KeyLog, NoSecretLeavesForTheResults) {
  ASSERT_EQ(analyze({"--keylog", "keys.log"}).exit.code, 0);
  const std::string line = log_.substr(0, log_.find('\n'));
  const std::string secret = line.substr(line.rfind(' ') + 1);
  for (const char* name : {"o/findings.json", "o/report.html", "o/results.sqlite"})
    EXPECT_THAT(text_of((place / name).string()), Not(HasSubstr(secret))) << name;
}

TEST_F(KeyLog, WithoutOneItIsProvenByItsSizeAlone) {
  const auto output = analyze({});
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  const json finding = findings()["findings"][0];
  EXPECT_EQ(finding["grade"], "B");
  EXPECT_EQ(finding["protocol"], "tls");
  EXPECT_EQ(tally()["opened"], 0);
  EXPECT_EQ(tally()["sealed"][0]["why"], "no-key-log");
  EXPECT_THAT(output.out, HasSubstr("no key log was given"));
}

TEST_F(KeyLog, OfOtherSessionsSaysWhichStaySealed) {
  TlsCapture other((place / "other.pcapng").string());
  (void)other.begin(1);
  put("other.log", other.key_log);
  const auto output = analyze({"--keylog", "other.log"});
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_EQ(findings()["findings"][0]["grade"], "B");
  const json sealed = tally()["sealed"][0];
  EXPECT_EQ(sealed["why"], "not-in-key-log");
  EXPECT_EQ(sealed["sessions"], 25);
  EXPECT_EQ(sealed["some"].size(), 4u);
  const std::string random = sealed["some"][0]["client_random"];
  EXPECT_THAT(log_, HasSubstr(random));
  EXPECT_THAT(output.out, HasSubstr("25 sessions with kiosk.example:443 stay sealed"));
}

TEST_F(KeyLog, WithAnotherSessionsSecretsSaysSo) {
  std::string wrong = log_;
  for (std::size_t end = wrong.find('\n'); end != std::string::npos;
       end = wrong.find('\n', end + 1))
    wrong[end - 1] = wrong[end - 1] == '0' ? '1' : '0';
  put("wrong.log", wrong);
  EXPECT_EQ(analyze({"--keylog", "wrong.log"}).exit.code, 0);
  EXPECT_EQ(tally()["sealed"][0]["why"], "wrong-secret");
  EXPECT_EQ(tally()["sealed"][0]["sessions"], 25);
}

TEST_F(KeyLog, SeveralAreTakenTogether) {
  const std::size_t half = log_.find('\n', log_.size() / 2) + 1;
  put("a.log", log_.substr(0, half - 1));  // without its last line feed
  put("b.log", log_.substr(half));
  EXPECT_EQ(analyze({"--keylog", "a.log", "--keylog", "b.log"}).exit.code, 0);
  EXPECT_EQ(tally()["opened"], 25);
}

TEST_F(KeyLog, ABadLineIsRefusedWithItsPlace) {
  put("bad.log",
      "# a comment\nCLIENT_RANDOM " + std::string(64, 'a') + " " + std::string(40, 'b') + "\n");
  const auto output = analyze({"--keylog", "bad.log"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err,
              HasSubstr("bad.log:2:80: CLIENT_RANDOM: the secret is no 96 hex digits but 40 "
                        "characters; delete this line, or give"));
  EXPECT_FALSE(std::filesystem::exists(place / "o"));
}

TEST_F(KeyLog, AFileThatIsNoneIsRefused) {
  const auto capture = analyze({"--keylog", "cap.pcapng"});
  EXPECT_EQ(capture.exit.code, 2);
  EXPECT_THAT(capture.err, HasSubstr("is no line of a key log"));
  const auto missing = analyze({"--keylog", "none.log"});
  EXPECT_EQ(missing.exit.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("none.log"));
}

TEST_F(KeyLog, UnknownLabelsArePassedOverAndCounted) {
  put("keys.log", "OTHER_SECRET 00 11\nEXPORTER_SECRET 00 11\n" + log_);
  const auto output = analyze({"--keylog", "keys.log"});
  EXPECT_EQ(output.exit.code, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("1 line of keys.log with unknown labels was passed over"));
  EXPECT_EQ(tally()["opened"], 25);
}

// A pcapng may bring its secrets along (draft-ietf-opsawg-pcapng, section "Decryption Secrets
// Block").
TEST_F(KeyLog, InsideACaptureIsFound) {
  std::string file = text_of((place / "cap.pcapng").string());
  const auto word = [](std::uint32_t value) {
    return std::string(reinterpret_cast<const char*>(&value), 4);
  };
  std::string secrets = log_;
  const auto length = static_cast<std::uint32_t>(secrets.size());
  secrets.resize((secrets.size() + 3) / 4 * 4, '\0');
  const auto total = static_cast<std::uint32_t>(secrets.size() + 20);
  std::uint32_t section = 0;
  file.copy(reinterpret_cast<char*>(&section), 4, 4);
  file.insert(section,
              word(10) + word(total) + word(0x544c534b) + word(length) + secrets + word(total));
  put("with.pcapng", file);
  const auto output = analyze({}, "with.pcapng");
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_EQ(tally()["opened"], 25);
  EXPECT_EQ(findings()["findings"][0]["grade"], "A");
  EXPECT_EQ(findings()["analysis"]["tls"]["key_logs"][0]["file"], "inside with.pcapng");
}

// Programs write them while a run goes on, and may be ended in the middle of a line.
class KeyLogsOfARun : public SmallBench {
 protected:
  void SetUp() override {
    (void)run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r",
               "--no-cross-check"});
    fs::create_directory(place / "r/keys");
    const std::string random(64, 'a'), secret(96, 'b');
    write("r/keys/gateway.log", "CLIENT_RANDOM " + random + " " + secret + "\nCLIENT_RANDOM 12");
    ASSERT_EQ(run({"analyze", "r", "--no-cross-check"}).exit.code, 4);  // nothing was captured
  }
};

TEST_F(KeyLogsOfARun, AreTakenAndWhatIsCutOffIsTold) {
  EXPECT_EQ(
      json_of("r/findings.json")["analysis"]["tls"]["key_logs"].dump(),
      R"([{"bad_lines":1,"fault":"2:15: CLIENT_RANDOM: the client random is no 64 hex digits but 2 )"
      R"(characters","file":"keys/gateway.log","sessions":1,"unknown_labels":0}])");
  EXPECT_THAT(text_of((place / "r/report.html").string()), Not(HasSubstr(std::string(96, 'b'))));
}

TEST_F(KeyLogsOfARun, MayBeLeftOutWhenARunIsHandedOn) {
  const auto whole = run({"verify", "r"});
  EXPECT_EQ(whole.exit.code, 0) << whole.out;
  EXPECT_THAT(whole.out, HasSubstr("findings.json made again: the same bytes"));
  fs::rename(place / "r/keys", place / "kept");
  const auto without = run({"verify", "r"});
  EXPECT_EQ(without.exit.code, 0) << without.out;
  EXPECT_THAT(without.out,
              HasSubstr("unchecked  results made again: they were made with keys/gateway.log (1 "
                        "sessions), and here is no key log: put keys/gateway.log back into the run "
                        "folder, as it was"));
  const auto page = run({"report", "r", "--format", "html"});
  EXPECT_EQ(page.exit.code, 2);
  EXPECT_THAT(page.err, HasSubstr("they were made with keys/gateway.log"));
}

TEST_F(KeyLogsOfARun, AndThoseNamedBesideAreAskedForAsTheyWereGiven) {
  const std::string random(64, 'c'), secret(96, 'd');
  write("beside.log", "CLIENT_RANDOM " + random + " " + secret + "\n");
  write("more.log", "CLIENT_RANDOM " + random + " " + secret + "\n");
  ASSERT_EQ(run({"analyze", "r", "--keylog", "beside.log", "--no-cross-check"}).exit.code, 4);
  EXPECT_THAT(run({"verify", "r", "--keylog", "beside.log"}).out,
              HasSubstr("findings.json made again: the same bytes"));
  EXPECT_THAT(run({"verify", "r"}).out, HasSubstr("(1 sessions): name beside.log by --keylog\n"));
  EXPECT_THAT(run({"verify", "r", "--keylog", "beside.log", "--keylog", "more.log"}).out,
              HasSubstr("more.log (1 sessions): give the same ones, in the same order\n"));
  fs::rename(place / "r/keys", place / "kept");
  EXPECT_THAT(run({"verify", "r"}).out,
              HasSubstr("and here is no key log: put keys/gateway.log back into the run folder, as "
                        "it was; name beside.log by --keylog\n"));
}

}  // namespace
}  // namespace brewproof
