// The HTTP transport against a scripted plug on the loopback interface.

#include "drivers/transport/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <nlohmann/json.hpp>

#include "tests/drivers/http_peer.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

struct Line {
  SystemClock clock;
  std::vector<Exchange> exchanges;
  std::unique_ptr<HttpDialogue> dialogue;

  explicit Line(const std::string& host) {
    auto opened = open({{"host", host}, {"interface", "lo"}});
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return;
    }
    dialogue = std::move(*opened);
  }
  Result<std::unique_ptr<HttpDialogue>> open(std::map<std::string, std::string> options) {
    return HttpDialogue::open({.name = "plug",
                               .driver = "tasmota",
                               .options = std::move(options),
                               .place = "bench.yaml:1:1"},
                              {clock, [this](const Exchange& e) { exchanges.push_back(e); }});
  }
};

TEST(HttpDialogue, EveryByteOfAnExchangeIsRecordedWithItsClockBracket) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/cm?cmnd=Power1");
    p.answer(R"({"POWER":"OFF"})");
  });
  Line line(peer.host());
  const auto answer = line.dialogue->get("/cm?cmnd=Power1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->at("POWER"), "OFF");
  ASSERT_EQ(line.exchanges.size(), 1u);
  const Exchange& exchange = line.exchanges.front();
  EXPECT_EQ(exchange.resource, "plug");
  EXPECT_EQ(as_text(exchange.written), "GET /cm?cmnd=Power1 HTTP/1.1\r\nHost: " + peer.host() +
                                           "\r\nUser-Agent: brewproof\r\nAccept: "
                                           "application/json\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(as_text(exchange.received),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n"
            "Connection: close\r\n\r\n{\"POWER\":\"OFF\"}");
  ASSERT_TRUE(exchange.sent.first_reply);
  EXPECT_LE(exchange.sent.before_write.raw_ns, exchange.sent.after_drain.raw_ns);
  EXPECT_LE(exchange.sent.after_drain.raw_ns, exchange.sent.first_reply->raw_ns);
  EXPECT_LE(exchange.sent.first_reply->raw_ns, line.dialogue->last_received().raw_ns);
}

TEST(HttpDialogue, ChunkedAndUnmeasuredAnswersAreReadToTheirEnd) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/a");
    p.say(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
        "chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n");
    p.expect("/b");
    p.say("HTTP/1.1 200 OK\r\n\r\n{\"b\":2}");
    p.hang_up();
  });
  Line line(peer.host());
  EXPECT_EQ(line.dialogue->get("/a").value().dump(), R"({"a":1})");
  EXPECT_EQ(line.dialogue->get("/b").value().dump(), R"({"b":2})");
}

TEST(HttpDialogue, AnAnswerSplitAtAnyByteIsRead) {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"b\":2}";
  HttpPeer peer([&](HttpPeer& p) {
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      p.expect("/b");
      p.say(whole.substr(0, cut));
      p.pause(milliseconds(2));
      p.say(whole.substr(cut));
    }
  });
  Line line(peer.host());
  for (std::size_t cut = 1; cut < whole.size(); ++cut)
    EXPECT_EQ(line.dialogue->get("/b").value().dump(), R"({"b":2})") << "split after " << cut;
}

TEST(HttpDialogue, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"b\":2}";
  HttpPeer peer([&](HttpPeer& p) {
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      p.expect("/b");
      p.say(whole.substr(0, cut));
      p.hang_up();
    }
  });
  Line line(peer.host());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto answer = line.dialogue->get("/b");
    ASSERT_FALSE(answer) << "cut after " << cut;
    EXPECT_EQ(answer.error().code, ErrorCode::protocol) << answer.error().message;
  }
}

TEST(HttpDialogue, SilenceIsATimeoutInBoundedTimeAndBreaksNothing) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/late");
    p.pause(milliseconds(2300));
    p.answer(R"({"late":true})");  // finds nobody
    p.expect("/next");
    p.answer(R"({"next":true})");
  });
  Line line(peer.host());
  const auto start = SteadyClock::now();
  EXPECT_FAILS(line.dialogue->get("/late"), ErrorCode::timeout, "did not answer GET /late");
  EXPECT_GE(SteadyClock::now() - start, milliseconds(1900));
  EXPECT_LT(SteadyClock::now() - start, milliseconds(6000));
  const auto next = line.dialogue->get("/next");
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->dump(), R"({"next":true})");
}

// The limit holds for the whole answer: each of its bytes comes in good time.
TEST(HttpDialogue, AnAnswerThatNeverEndsIsATimeout) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/drip");
    p.say("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    while (!p.is_over() && !p.is_left()) {
      p.say(" ");
      p.pause(milliseconds(50));
    }
  });
  Line line(peer.host());
  EXPECT_FAILS(line.dialogue->get("/drip"), ErrorCode::timeout, "did not answer");
}

TEST(HttpDialogue, AHugeAnswerIsRefusedWhetherItSaysSoOrNot) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/said");
    p.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    p.expect("/not-said");
    p.say("HTTP/1.1 200 OK\r\n\r\n");
    const std::string spaces(4096, ' ');
    while (!p.is_over() && !p.is_left()) p.say(spaces);
  });
  Line line(peer.host());
  EXPECT_FAILS(line.dialogue->get("/said"), ErrorCode::protocol, "more than 64 KiB");
  EXPECT_FAILS(line.dialogue->get("/not-said"), ErrorCode::protocol, "more than 64 KiB");
  EXPECT_LT(line.exchanges.back().received.size(), 70'000u);
}

TEST(HttpDialogue, WhatIsNotHttpOrNotJsonIsShown) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/a");
    p.say("SSH-2.0-OpenSSH_9.2\r\n");
    p.hang_up();
    p.expect("/b");
    p.answer("<html>\x1b[2J</html>");
    p.expect("/c");
    p.answer("[1,2]");
  });
  Line line(peer.host());
  EXPECT_FAILS(line.dialogue->get("/a"), ErrorCode::protocol, "SSH-2.0");
  EXPECT_FAILS(line.dialogue->get("/b"), ErrorCode::protocol, R"("<html>\x1b[2J</html>" where a)");
  EXPECT_FAILS(line.dialogue->get("/c"), ErrorCode::protocol, "a JSON object was expected");
}

TEST(HttpDialogue, EveryOtherStatusIsAnErrorAndNoRedirectIsFollowed) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/a");
    p.say("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}");
    p.expect("/b");
    p.say("HTTP/1.1 302 Found\r\nLocation: /c\r\nContent-Length: 0\r\n\r\n");
    p.expect("/d");
    p.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    p.expect("/e");
    p.answer("{}");
  });
  Line line(peer.host());
  EXPECT_FAILS(line.dialogue->get("/a"), ErrorCode::protocol, "status 500");
  EXPECT_FAILS(line.dialogue->get("/b"), ErrorCode::protocol, "status 302");
  EXPECT_FAILS(line.dialogue->get("/d"), ErrorCode::protocol, "wants a password");
  EXPECT_TRUE(line.dialogue->get("/e"));
}

TEST(HttpDialogue, AResetIsAnIoErrorAndStaysOne) {
  HttpPeer peer([](HttpPeer& p) {
    p.expect("/a");
    p.say("HTTP/1.1 200 OK\r\n");
    p.pause(milliseconds(50));
    p.reset();
    p.expect("/off");
    p.answer("{}");
  });
  Line line(peer.host());
  EXPECT_FAILS(line.dialogue->get("/a"), ErrorCode::io, "broke off GET /a");
  EXPECT_FAILS(line.dialogue->get("/b"), ErrorCode::io, "broke off GET /a");
  EXPECT_TRUE(line.dialogue->get_even_if_gone("/off"));
  EXPECT_FAILS(line.dialogue->get("/c"), ErrorCode::io, "broke off GET /a");
}

TEST(HttpDialogue, APlugThatIsGoneIsAnIoErrorThatNamesTheWay) {
  HttpPeer peer;
  Line line(peer.host());
  peer.vanish();
  EXPECT_FAILS(line.dialogue->get("/a"), ErrorCode::io, "cannot be reached by lo");
}

// The peer is there, by the loopback interface: bound to another one, nothing must reach it.
TEST(HttpDialogue, NothingLeavesByAnotherInterfaceThanTheOneNamed) {
  std::string other;
  struct if_nameindex* const all = ::if_nameindex();
  for (const struct if_nameindex* each = all; each != nullptr && each->if_index != 0; ++each)
    if (other.empty() && std::string_view(each->if_name) != "lo") other = each->if_name;
  ::if_freenameindex(all);
  if (other.empty()) GTEST_SKIP() << "this station has the loopback interface only";
  HttpPeer peer;
  Line line(peer.host());
  auto elsewhere = line.open({{"host", peer.host()}, {"interface", other}});
  ASSERT_TRUE(elsewhere) << elsewhere.error().message;
  const auto answer = (*elsewhere)->get("/a");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, ::testing::HasSubstr(other));
  EXPECT_TRUE(line.exchanges.empty());
}

TEST(HttpDialogue, AnInterfaceThatIsNotThereIsToldBeforeAnythingIsSent) {
  Line line("127.0.0.1");
  EXPECT_FAILS(line.open({{"host", "127.0.0.1"}, {"interface", "nosuch0"}}), ErrorCode::host,
               "no network interface \"nosuch0\"");
  EXPECT_FAILS(line.open({{"host", "127.0.0.1"}}), ErrorCode::bad_file, "interface is missing");
}

TEST(HttpDialogue, AHostThatIsNoneIsToldWithAnExample) {
  Line line("127.0.0.1");
  for (const char* host : {"", "http://plug/", "plug:", "plug:0", "plug:99999", "plug:8o", ":80"})
    EXPECT_FAILS(line.open({{"host", host}, {"interface", "lo"}}), ErrorCode::bad_file,
                 "an address or a name is expected");
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8080", "::1", "[::1]", "[::1]:8080", "localhost"})
    EXPECT_TRUE(line.open({{"host", host}, {"interface", "lo"}})) << host;
}

}  // namespace
}  // namespace brewproof::testing
