// Balances against scripted ones. Bytes as in the manuals that drivers/scale/lines.h names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "drivers/scale/lines.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using scale::Answer;
using scale::Dialect;
using scale::read_line;
using std::chrono::milliseconds;

const std::string ask_serial = "I4\r\n", serial = "I4 A \"B021002593\"\r\n";
const std::string ask_now = "SI\r\n", at_rest = "S S     100.00 g\r\n";

void answer(PtyPeer& balance, std::string_view text) {
  balance.expect(ask_now);
  balance.say(text);
}

// Opened; the script begins with the question for its serial number.
struct Pan {
  Station station;
  std::unique_ptr<Device> device;
  Meter* meter = nullptr;

  explicit Pan(const PtyPeer& peer, std::map<std::string, std::string> options = {}) {
    options["port"] = peer.path();
    device = station.opened("scale", options);
    if (device) meter = device->as_meter();
  }
};

PtyPeer::Script known_balance(const std::function<void(PtyPeer&)>& script) {
  return [script](PtyPeer& m) {
    m.expect(ask_serial);
    m.say(serial);
    script(m);
  };
}

double grams(const std::optional<Answer>& answer) {
  if (!answer || answer->kind != Answer::Kind::weight) return -1;
  return answer->number * scale::kilograms_in(answer->unit).value_or(-1) * 1000;
}

TEST(ScaleLines, MtSics) {
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::mt_sics, "S S     100.00 g")), 100);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::mt_sics, "S S    -100.00 g")), -100);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::mt_sics, "S S   1.23456 kg")), -1);  // 9 characters
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::mt_sics, "S S    1.23456 kg")), 1234.56);
  EXPECT_FALSE(read_line(Dialect::mt_sics, "S S     100.00 g")->moving);
  EXPECT_TRUE(read_line(Dialect::mt_sics, "S D      99.87 g")->moving);
  EXPECT_EQ(read_line(Dialect::mt_sics, "S I")->kind, Answer::Kind::busy);
  EXPECT_EQ(read_line(Dialect::mt_sics, "S +")->kind, Answer::Kind::over);
  EXPECT_EQ(read_line(Dialect::mt_sics, "S -")->kind, Answer::Kind::under);
  for (const char* refusal : {"ES", "ET", "EL"})
    EXPECT_EQ(read_line(Dialect::mt_sics, refusal)->kind, Answer::Kind::refused);
  for (const char* none :
       {"", "S", "S S", "S S      10.0. g", "S S     1O0.00 g", "S S     100.00", "S S     100.00 ",
        "S S     100.00g ", "xS S     100.00 g", "S X     100.00 g", "S S    1e02    g",
        "S S     100.00 g2", "I4 A \"1\""})
    EXPECT_FALSE(read_line(Dialect::mt_sics, none)) << none;
}

TEST(ScaleLines, Ohaus) {
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::ohaus, "     192.21 g")), 192.21);
  EXPECT_TRUE(read_line(Dialect::ohaus, "       0.01 g ?")->moving);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::ohaus, "      -0.211 kg ? NET")), -211);
  EXPECT_FALSE(read_line(Dialect::ohaus, "      12.5 g     G")->moving);
  EXPECT_EQ(read_line(Dialect::ohaus, "ES")->kind, Answer::Kind::refused);
  for (const char* none : {"", "     192.21", "g 192.21", "     192.21 g TOTAL",
                           "     192.21 g NET ?", "     192.21 g x", "IP"})
    EXPECT_FALSE(read_line(Dialect::ohaus, none)) << none;
}

TEST(ScaleLines, AandD) {
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::and_, "ST,+00123.45  g")), 123.45);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::and_, "US,-00183.69  g")), -183.69);
  EXPECT_TRUE(read_line(Dialect::and_, "US,-00183.69  g")->moving);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::and_, "ST,+0001.234 kg")), 1234);
  EXPECT_EQ(read_line(Dialect::and_, "OL,+9999999E+19")->kind, Answer::Kind::over);
  EXPECT_EQ(read_line(Dialect::and_, "OL,-9999999E+19")->kind, Answer::Kind::under);
  for (const char* none : {"ST,+00123.45 g", "ST,00123.45   g", "QT,+00000012 PC",
                           "ST +00123.45  g", "WT   +123.45  g", "Q"})
    EXPECT_FALSE(read_line(Dialect::and_, none)) << none;
}

TEST(ScaleLines, Kern) {
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::kern, "+00123.4 G S")), 123.4);    // 7 characters
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::kern, "-000123.4 G U")), -123.4);  // 8
  EXPECT_TRUE(read_line(Dialect::kern, "-000123.4 G U")->moving);
  EXPECT_DOUBLE_EQ(grams(read_line(Dialect::kern, "+ 1.2345KGHS")), 1234.5);
  EXPECT_EQ(read_line(Dialect::kern, "+0000000 G E")->kind, Answer::Kind::out_of_range);
  EXPECT_EQ(read_line(Dialect::kern, "E01")->kind, Answer::Kind::refused);
  for (const char* none :
       {"A00", "+00123.4 G", "00123.45 G S", "+00123.4 GXS", "+00123.4 G X", "+0123.4 G S"})
    EXPECT_FALSE(read_line(Dialect::kern, none)) << none;
}

// No line has a check: what is still read is a number that the line can hold, in letters of a unit.
TEST(ScaleLines, AMillionDamagedOnesAreNumbersOrNone) {
  const std::vector<std::pair<Dialect, std::string>> sound = {
      {Dialect::mt_sics, "S S     100.00 g"},
      {Dialect::ohaus, "      -0.211 kg ? NET"},
      {Dialect::and_, "ST,+00123.45  g"},
      {Dialect::kern, "+00123.4 G S"}};
  std::mt19937_64 random(7);
  std::size_t read = 0, none = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const auto& [dialect, line] = sound[static_cast<std::size_t>(i) % sound.size()];
    std::string damaged = line;
    for (std::size_t left = 1 + random() % 3; left > 0; --left)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    if (random() % 8 == 0) damaged.resize(random() % damaged.size());
    const auto answer = read_line(dialect, damaged);
    if (!answer) {
      ++none;
      continue;
    }
    ++read;
    if (answer->kind != Answer::Kind::weight) continue;
    ASSERT_LT(std::abs(answer->number), 1e12) << damaged;
    ASSERT_TRUE(std::ranges::all_of(answer->unit, [](char c) { return c > ' ' && c < 0x7f; }))
        << damaged;
  }
  EXPECT_GT(read, 10'000u);
  EXPECT_GT(none, 500'000u);
}

TEST(ScaleLines, KilogramsOfFiveUnits) {
  EXPECT_EQ(scale::kilograms_in("mg"), 1e-6);
  EXPECT_EQ(scale::kilograms_in("oz"), 0.028349523125);
  EXPECT_EQ(scale::kilograms_in("lb"), 0.45359237);
  for (const char* other : {"ct", "ozt", "gn", "pcs", "%", "t", ""})
    EXPECT_EQ(scale::kilograms_in(other), std::nullopt) << other;
}

TEST(Scale, WeighsInKilograms) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    answer(m, at_rest);
    answer(m, "S D    -0.5000 oz\r\n");
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_EQ(pan.device->identity(), "balance, answers mt_sics, serial number B021002593");
  const auto first = pan.meter->read("mass");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_DOUBLE_EQ(first->value, 0.1);
  EXPECT_FALSE(first->moving);
  const auto second = pan.meter->read("mass");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_DOUBLE_EQ(second->value, -0.5 * 0.028349523125);
  EXPECT_TRUE(second->moving);
}

TEST(Scale, ABalanceWithoutASerialNumberIsKnownByItsAnswerAlone) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect(ask_serial);
    m.say("ES\r\n");
  });
  Pan pan(peer);
  ASSERT_TRUE(pan.device);
  EXPECT_EQ(pan.device->identity(), "balance, answers mt_sics");
}

TEST(Scale, OhausIsAskedForWhatItShowsNow) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 2; ++i) {
      m.expect("IP\r\n");
      m.say("     176.30 g ?\r\n");
    }
  });
  Pan pan(peer, {{"dialect", "ohaus"}});
  ASSERT_TRUE(pan.meter);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1763);
  EXPECT_EQ(pan.device->identity(), "balance, answers ohaus");
}

// 7E1: "Q", CR have three ones, their parity bit is set; LF has two. Worked out by hand.
TEST(Scale, AandDSpeaksSevenBitsWithEvenParity) {
  const Bytes ask = hex("D1 8D 0A");
  // S T , + 0 0 1 2 3 . 4 5 blank blank g CR LF
  const Bytes line = hex("53 D4 AC 2B 30 30 B1 B2 33 2E B4 35 A0 A0 E7 8D 0A");
  Bytes wrong_parity = line;
  wrong_parity[6] ^= 0x80;
  PtyPeer peer([&](PtyPeer& m) {
    for (const Bytes& said : {line, line, wrong_parity}) {
      m.expect(ask);
      m.say(said);
    }
  });
  Pan pan(peer, {{"dialect", "and"}});
  ASSERT_TRUE(pan.meter);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.12345);
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, "no whole line of and");
}

TEST(Scale, AandDSetToEightBits) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 2; ++i) {
      m.expect("Q\r\n");
      m.say("US,+00123.45  g\r\n");
    }
  });
  Pan pan(peer, {{"dialect", "and"}, {"parity", "none"}, {"baud", "9600"}});
  ASSERT_TRUE(pan.meter);
  EXPECT_TRUE(pan.meter->read("mass").value().moving);
}

TEST(Scale, KernMaySayFirstThatItTookTheQuestion) {
  PtyPeer peer([](PtyPeer& m) {
    for (int i = 0; i < 2; ++i) {
      m.expect("O8\r\n");
      m.say("A00\r\n");
      m.say("+00123.4 G S\r\n");
    }
  });
  Pan pan(peer, {{"dialect", "kern"}});
  ASSERT_TRUE(pan.meter);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1234);
}

TEST(Scale, WhatIsNoWeightIsAnErrorThatSaysWhy) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    answer(m, "S +\r\n");
    answer(m, "S -\r\n");
    answer(m, "S I\r\n");
    answer(m, "ET\r\n");
    answer(m, "S S     500.00 ct\r\n");
    answer(m, at_rest);
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  for (const char* why : {"dev is overloaded", "below its range", "dev is busy",
                          "answers \"ET\\r\\n\"", "dev weighs in \"ct\""})
    EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, why);
  EXPECT_TRUE(pan.meter->read("mass"));
}

// A person has put a sack on it: that is no reason to refuse the bench.
TEST(Scale, AnOverloadedBalanceIsOpened) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect("O8\r\n");
    m.say("+0000000 G E\r\n");
    m.expect("O8\r\n");
    m.say("+0000000 G E\r\n");
  });
  Pan pan(peer, {{"dialect", "kern"}});
  ASSERT_TRUE(pan.meter);
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, "out of its range");
}

TEST(Scale, AnotherDialectIsToldAtOnce) {
  PtyPeer peer([](PtyPeer& m) {
    m.expect("IP\r\n");
    m.say("ES\r\n");
  });
  Station station;
  EXPECT_FAILS(station.open("scale", {{"port", peer.path()}, {"dialect", "ohaus"}}),
               ErrorCode::protocol, "is `dialect` right");
}

TEST(Scale, OptionsThatCannotBe) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("scale", {{"port", peer.path()}, {"dialect", "sartorius"}}),
               ErrorCode::bad_file, "mt_sics, ohaus, and or kern");
  EXPECT_FAILS(station.open("scale", {{"port", peer.path()}, {"parity", "odd"}}),
               ErrorCode::bad_file, "none (8 bits) or even");
  EXPECT_FAILS(station.open("scale", {{"port", peer.path()}, {"baud", "fast"}}),
               ErrorCode::bad_file, "a whole number from 1200");
}

TEST(Scale, AnUnknownQuantityIsAskedOfNobody) {
  PtyPeer peer(known_balance([](PtyPeer& m) { m.expect_silence(milliseconds(50)); }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_FAILS(pan.meter->read("power"), ErrorCode::usage, "it has mass");
  peer.wait();
}

TEST(Scale, SilenceIsATimeoutThatSaysWhatToLookAt) {
  PtyPeer peer;
  Station station;
  EXPECT_FAILS(station.open("scale", {{"port", peer.path()}}), ErrorCode::timeout,
               "is the balance on");
}

// One balance for each byte at which an answer can end, all at once. Without the line feed alone it
// is whole.
TEST(Scale, ATruncatedAnswerAtAnyByteIsNoAnswer) {
  std::vector<std::thread> balances;
  for (std::size_t cut = 1; cut + 1 < at_rest.size(); ++cut)
    balances.emplace_back([cut] {
      PtyPeer peer(known_balance([cut](PtyPeer& m) { answer(m, at_rest.substr(0, cut)); }));
      Pan pan(peer);
      ASSERT_TRUE(pan.meter);
      EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, "no whole line");
    });
  for (std::thread& balance : balances) balance.join();
}

TEST(Scale, AnAnswerSplitAtAnyByteIsRead) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    for (std::size_t cut = 1; cut < at_rest.size(); ++cut) {
      m.expect(ask_now);
      m.say_split(as_bytes(at_rest), cut);
    }
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  for (std::size_t cut = 1; cut < at_rest.size(); ++cut)
    EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1) << "split after " << cut;
}

TEST(Scale, EchoAndOtherLinesBeforeAnAnswerArePassedOver) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    m.expect(ask_now);
    m.say(ask_now);
    m.say(at_rest);
    m.expect(ask_now);
    m.say("\xF1\xF1\r\n");
    m.say(at_rest);
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1);
}

// Nothing checks the line: noise may have eaten a part of it.
TEST(Scale, ALineThatNoiseRunsIntoIsNoAnswer) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    answer(m, "\xF1\x01" + at_rest);
    answer(m, "S S     1\xF1\x30.00 g\r\n");
    answer(m, "S S     10.00 g\r\n");  // a byte was lost
    answer(m, at_rest);
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  for (int i = 0; i < 3; ++i)
    EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, "no whole line");
  EXPECT_TRUE(pan.meter->read("mass"));
}

TEST(Scale, ALateAnswerIsNotTakenForTheNextOne) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    m.expect(ask_now);
    m.pause(milliseconds(1300));
    m.say("S S     999.00 g\r\n");  // of the question that has timed out
    answer(m, at_rest);
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::timeout, "did not answer within 1000 ms");
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1);
}

TEST(Scale, OfTwoAnswersThatComeTogetherTheLaterIsTheOneToThisQuestion) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    answer(m, "S S     999.00 g\r\n" + at_rest);
    answer(m, at_rest);
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1);
  EXPECT_DOUBLE_EQ(pan.meter->read("mass").value().value, 0.1);
}

TEST(Scale, AFloodOfNoiseIsAnErrorInBoundedTime) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    m.expect(ask_now);
    while (!m.is_over()) m.say(std::string(200, '\x01'));
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::protocol, "no whole line");
  EXPECT_FALSE(pan.meter->read("mass"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(6000));
}

TEST(Scale, UnpluggedInMidLineIsAnIoErrorAndStaysOne) {
  PtyPeer peer(known_balance([](PtyPeer& m) {
    answer(m, at_rest.substr(0, 7));
    m.pause(milliseconds(20));
    m.hang_up();
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(pan.meter->read("mass"), ErrorCode::io, "the device is gone");
}

TEST(Scale, AReadingCarriesTheTimeOfItsLastByteAndIsOnRecord) {
  Instant last_part;
  PtyPeer peer(known_balance([&](PtyPeer& m) {
    m.expect(ask_now);
    m.say(at_rest.substr(0, 10));
    m.pause(milliseconds(10));
    last_part = SystemClock().now();
    m.say(at_rest.substr(10));
  }));
  Pan pan(peer);
  ASSERT_TRUE(pan.meter);
  const auto mass = pan.meter->read("mass");
  ASSERT_TRUE(mass);
  peer.wait();
  EXPECT_GE(mass->at.raw_ns, last_part.raw_ns);
  EXPECT_EQ(as_text(pan.station.exchanges.back().written), ask_now);
  EXPECT_THAT(std::string(as_text(pan.station.exchanges.back().received)),
              ::testing::StartsWith("S S     100.00 g\r"));
}

TEST(Scale, HarmlessIsAReading) {
  PtyPeer peer(known_balance([](PtyPeer& m) { answer(m, at_rest); }));
  Pan pan(peer);
  ASSERT_TRUE(pan.device);
  EXPECT_TRUE(pan.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
