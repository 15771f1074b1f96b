// The table-driven driver. Each shipped table plays its vectors, tests/drivers/tables/<name>.txt:
//
//   open | on N | off N | all off | read N on|off|none | pulse N MS
//   > what the driver must send then, byte for byte: hex and 'text'
//   < what the board answers
//
// and the fault list with the exchange of its first `read`. A new board adds its table and its
// vectors, and nothing here.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "drivers/frame_codec.h"
#include "drivers/shipped_tables.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

struct Talk {
  Bytes sent, answered;
};
struct Step {
  std::string line;
  std::vector<Talk> talks;
};

Bytes bytes_of(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == '\'') {
      for (++i; i < text.size() && text[i] != '\''; ++i)
        bytes.push_back(static_cast<std::uint8_t>(text[i]));
    } else {
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i++, 2), nullptr, 16)));
    }
  }
  return bytes;
}

std::vector<Step> vectors_of(const std::string& table) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/tests/drivers/tables/" + table + ".txt");
  std::vector<Step> steps;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("> ")) {
      steps.back().talks.push_back({bytes_of(line.substr(2)), {}});
    } else if (line.starts_with("< ")) {
      steps.back().talks.back().answered = bytes_of(line.substr(2));
    } else if (!line.empty()) {
      steps.push_back({line, {}});
    }
  }
  return steps;
}

void play(PtyPeer& board, const Step& step) {
  for (const Talk& talk : step.talks) {
    board.expect(talk.sent);
    board.say(talk.answered);
  }
}

void act(Device& device, const std::string& line) {
  SCOPED_TRACE(line);
  std::istringstream words(line);
  std::string verb, state;
  int channel = 0;
  words >> verb;
  if (line == "all off") {
    const auto sent = device.as_switch()->all_off();
    EXPECT_TRUE(sent) << sent.error().message;
    return;
  }
  words >> channel >> state;
  if (verb == "on" || verb == "off") {
    const auto sent = device.as_switch()->set(channel, verb == "on");
    EXPECT_TRUE(sent) << sent.error().message;
  } else if (verb == "pulse") {
    ASSERT_TRUE(device.as_pulse_switch());
    const auto sent = device.as_pulse_switch()->pulse(channel, milliseconds(std::stoi(state)));
    EXPECT_TRUE(sent) << sent.error().message;
  } else {
    ASSERT_EQ(verb, "read");
    const auto read = device.as_switch()->read(channel);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read ? (**read ? "on" : "off") : "none", state);
  }
}

class TableTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    steps_ = vectors_of(GetParam());
    ASSERT_FALSE(steps_.empty());
    ASSERT_EQ(steps_[0].line, "open");
    for (const Step& step : steps_)
      if (!question_ && step.line.starts_with("read") && !step.talks.empty()) question_ = &step;
  }
  [[nodiscard]] const Bytes& question() const { return question_->talks[0].sent; }
  [[nodiscard]] const Bytes& answer() const { return question_->talks[0].answered; }

  // The board after `open`, with the rest of its script.
  void with_board(const PtyPeer::Script& script, const std::function<void(Device&)>& use) {
    PtyPeer peer([&](PtyPeer& board) {
      play(board, steps_[0]);
      script(board);
    });
    auto device = station_.open(GetParam(), {{"port", peer.path()}});
    ASSERT_TRUE(device) << device.error().message;
    use(**device);
    if (!HasFatalFailure()) peer.wait();
  }
  Result<std::optional<bool>> ask(Device& device) const {
    return device.as_switch()->read(std::stoi(question_->line.substr(5)));
  }

  Station station_;
  std::vector<Step> steps_;
  const Step* question_ = nullptr;  // none: the board has no read-back
};

TEST_P(TableTest, SpeaksItsVectors) {
  with_board(
      [&](PtyPeer& board) {
        for (std::size_t i = 1; i < steps_.size(); ++i) play(board, steps_[i]);
        board.expect_silence(milliseconds(50));
      },
      [&](Device& device) {
        for (std::size_t i = 1; i < steps_.size(); ++i) act(device, steps_[i].line);
      });
}

TEST_P(TableTest, ShowsSwitchingReadBackAndSource) {
  std::string all;
  for (const Step& step : steps_) all += step.line + "\n";
  EXPECT_THAT(all, ::testing::HasSubstr("\non "));
  EXPECT_THAT(all, ::testing::HasSubstr("\noff "));
  EXPECT_THAT(all, ::testing::HasSubstr("\nread "));
  const auto entry = std::ranges::find(driver_table(), GetParam(), &DriverEntry::name);
  ASSERT_NE(entry, driver_table().end());
  EXPECT_EQ((*entry)->read_back == ReadBack::none, question_ == nullptr);
}

TEST_P(TableTest, ATruncatedAnswerAtAnyByteIsNoState) {
  if (question_ == nullptr) GTEST_SKIP() << "has no read-back";
  for (std::size_t cut = 0; cut < answer().size(); ++cut)
    with_board(
        [&](PtyPeer& board) {
          board.expect(question());
          board.say(ByteView(answer()).first(cut));
        },
        [&](Device& device) {
          EXPECT_FAILS(ask(device), cut == 0 ? ErrorCode::timeout : ErrorCode::protocol,
                       "its state is unknown");
        });
}

TEST_P(TableTest, AnAnswerSplitAtAnyByteIsRead) {
  if (question_ == nullptr) GTEST_SKIP() << "has no read-back";
  for (std::size_t cut = 1; cut < answer().size(); ++cut)
    with_board(
        [&](PtyPeer& board) {
          board.expect(question());
          board.say_split(answer(), cut);
        },
        [&](Device& device) { EXPECT_TRUE(ask(device)) << "split after " << cut; });
}

TEST_P(TableTest, NoiseBeforeAnAnswerAndWhatIsGluedToItAreNoState) {
  if (question_ == nullptr) GTEST_SKIP() << "has no read-back";
  Bytes noisy = answer();
  noisy.insert(noisy.begin(), 0x00);
  Bytes glued = answer();
  glued.insert(glued.end(), answer().begin(), answer().end());
  with_board(
      [&](PtyPeer& board) {
        for (const Bytes& wrong : {noisy, glued}) {
          board.expect(question());
          board.say(wrong);
        }
      },
      [&](Device& device) {
        EXPECT_FAILS(ask(device), ErrorCode::protocol, "its state is unknown");
        EXPECT_FAILS(ask(device), ErrorCode::protocol, "its state is unknown");
      });
}

TEST_P(TableTest, AnEchoBeforeTheAnswerIsPassedOver) {
  if (question_ == nullptr) GTEST_SKIP() << "has no read-back";
  with_board(
      [&](PtyPeer& board) {
        board.expect(question());
        board.say(question());
        board.say(answer());
      },
      [&](Device& device) { EXPECT_TRUE(ask(device)); });
}

TEST_P(TableTest, ALateAnswerIsNotTakenForTheNextOne) {
  if (question_ == nullptr) GTEST_SKIP() << "has no read-back";
  with_board(
      [&](PtyPeer& board) {
        board.expect(question());
        board.pause(milliseconds(400));
        board.say(answer());
        board.expect(question());  // only when the late one has been heard
        board.say(answer());
      },
      [&](Device& device) {
        EXPECT_FAILS(ask(device), ErrorCode::timeout, "did not answer within 200 ms");
        EXPECT_TRUE(ask(device));
      });
}

TEST_P(TableTest, UnpluggedInTheMiddleIsAnIoErrorAndStaysOne) {
  with_board(
      [&](PtyPeer& board) {
        if (question_ != nullptr)
          board.expect(question());
        else
          board.pause(milliseconds(300));  // the station has opened it by then
        board.hang_up();
      },
      [&](Device& device) {
        if (question_ != nullptr) {
          EXPECT_FAILS(ask(device), ErrorCode::io, "");
        }
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (device.as_switch()->all_off() && std::chrono::steady_clock::now() < give_up) {
        }
        EXPECT_FAILS(device.as_switch()->all_off(), ErrorCode::io, "");
      });
}

TEST_P(TableTest, AChannelThatIsNotThereIsAskedOfNobody) {
  with_board([](PtyPeer& board) { board.expect_silence(milliseconds(50)); },
             [](Device& device) {
               EXPECT_FAILS(device.as_switch()->set(0, true), ErrorCode::usage, "no channel 0");
               EXPECT_FAILS(device.as_switch()->read(33), ErrorCode::usage, "no channel 33");
             });
}

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  for (const ShippedTable& table : shipped_tables()) names.emplace_back(table.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Shipped, TableTest, ::testing::ValuesIn(table_names()),
                         [](const auto& table) { return table.param; });

// A board of one's own, as a bench file would describe it.
std::shared_ptr<const FrameTable> table(const std::string& lines) {
  auto read = parse_frame_table("brewproof: frames/1\nsummary: own\nsource: here\n" + lines, "own");
  if (!read) {
    ADD_FAILURE() << read.error().message;
    return nullptr;
  }
  return std::make_shared<const FrameTable>(std::move(*read));
}

TEST(Frames, ABoardOfTheBenchFileIsPlayed) {
  PtyPeer peer([](PtyPeer& board) {
    board.expect(hex("A0 02 01 A3"));
    board.expect(hex("01 05 00 01 FF 00 DD FA"));  // Modbus' own vector for coil 1
  });
  Station station;
  const auto open = [&](const std::string& lines) {
    const auto entry = std::ranges::find(driver_table(), "frames", &DriverEntry::name);
    return (*entry)->open({"dev", "frames", {{"port", peer.path()}}, "b.yaml:1:1", table(lines)},
                          {station.clock, {}});
  };
  {
    const auto lcus = open(
        "channels: 4\nread_back: none\nswitch_on: \"A0 {channel} 01 {sum8}\"\n"
        "switch_off: \"A0 {channel} 00 {sum8}\"\n");
    ASSERT_TRUE(lcus) << lcus.error().message;
    EXPECT_TRUE((*lcus)->as_switch()->set(2, true));
    EXPECT_EQ((*lcus)->as_switch()->read(2).value(), std::nullopt);
  }
  const auto modbus = open(
      "channels: 4\nread_back: none\nswitch_on: \"01 05 00 {channel-1} FF 00 {crc16}\"\n"
      "switch_off: \"01 05 00 {channel-1} 00 00 {crc16}\"\n");
  ASSERT_TRUE(modbus);
  EXPECT_TRUE((*modbus)->as_switch()->set(2, true));
  peer.wait();
}

TEST(Frames, ABoardThatSaysTheOldStateIsReadAsItIs) {
  PtyPeer peer([](PtyPeer& board) {
    board.expect(hex("FF 09 00"));
    board.say(hex("00 00 00 00 00 00 00 00"));
    board.expect(hex("FF 01 01"));
    board.expect(hex("FF 09 00"));
    board.say(hex("00 00 00 00 00 00 00 00"));
  });
  Station station;
  const auto device = station.open("kmtronic", {{"port", peer.path()}});
  ASSERT_TRUE(device);
  EXPECT_TRUE((*device)->as_switch()->set(1, true));
  EXPECT_EQ((*device)->as_switch()->read(1).value(), false);  // stuck
}

// A reply with borders costs no wait for more: 20 ms, as a bare one has it.
TEST(Frames, AReplyThatShowsItsBordersIsTakenAtOnce) {
  PtyPeer peer([](PtyPeer& board) {
    board.expect(hex("01 01 00 00"));
    board.say(hex("FE 01 0B F4 01 02 00 03"));
    board.expect(hex("02 01 00 03"));
    board.say(hex("FD 01 00 FC"));
    for (int i = 0; i < 20; ++i) {
      board.expect(hex("06 01 01 06"));
      board.say(hex("F9 01 01 F9"));
    }
  });
  Station station;
  const auto device = station.open("conrad_197720", {{"port", peer.path()}});
  ASSERT_TRUE(device) << device.error().message;
  std::int64_t fastest_ns = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < 20; ++i) {
    const auto sent = (*device)->as_switch()->set(1, true);
    ASSERT_TRUE(sent) << sent.error().message;
    fastest_ns = std::min(fastest_ns, station.clock.now().raw_ns - sent->before_write.raw_ns);
  }
  EXPECT_LT(fastest_ns, 15'000'000);
}

TEST(Frames, ALateByteTooManySpoilsNothingAndIsCounted) {
  std::atomic<bool> answered{false}, surplus{false};
  PtyPeer peer([&](PtyPeer& board) {
    board.expect(hex("01 01 00 00"));
    board.say(hex("FE 01 0B F4 01 02 00 03"));
    board.expect(hex("02 01 00 03"));
    board.say(hex("FD 01 00 FC"));
    board.expect(hex("06 01 01 06"));
    board.say(hex("F9 01 01 F9"));
    while (!answered && !board.is_over()) board.pause(milliseconds(1));
    board.say(hex("F9 01 01"));
    surplus = true;
    board.expect(hex("07 01 01 07"));
    board.say(hex("F8 01 00 F9"));
    board.expect(hex("02 01 00 03"));
    board.say(hex("FD 01 00 00"));
  });
  Station station;
  const auto device = station.open("conrad_197720", {{"port", peer.path()}});
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_TRUE((*device)->as_switch()->set(1, true));
  answered = true;
  while (!surplus) PtyPeer::pause(milliseconds(1));
  PtyPeer::pause(milliseconds(50));  // until it is there
  const auto off = (*device)->as_switch()->set(1, false);
  EXPECT_TRUE(off) << off.error().message;
  EXPECT_FAILS((*device)->as_switch()->read(1), ErrorCode::protocol, "unasked bytes before: 3");
}

TEST(Frames, AnEchoThatCouldBeTheReplyIsNotTakenAtOnce) {
  PtyPeer peer([](PtyPeer& board) {
    board.expect(hex("01 05 00 01 FF 00 DD FA"));
    board.say_split(hex("01 05 00 01 FF 00 DD FA 01 05 00 01 FF 00 DD FA"), 8);
    board.expect(hex("01 05 00 00 FF 00 8C 3A"));
    board.say_split(hex("01 05 00 00 FF 00 8C 3A 01 85 02 C3 51"), 8);  // refused
  });
  Station station;
  const auto entry = std::ranges::find(driver_table(), "frames", &DriverEntry::name);
  const auto modbus = (*entry)->open(
      {"dev",
       "frames",
       {{"port", peer.path()}},
       "b.yaml:1:1",
       table("channels: 4\nread_back: none\n"
             "switch_on: {send: \"01 05 00 {channel-1} FF 00 {crc16}\", reply: \"01 05 00 "
             "{channel-1} FF 00 {crc16}\"}\n"
             "switch_off: \"01 05 00 {channel-1} 00 00 {crc16}\"\n")},
      {station.clock, {}});
  ASSERT_TRUE(modbus) << modbus.error().message;
  EXPECT_TRUE((*modbus)->as_switch()->set(2, true));
  EXPECT_FAILS((*modbus)->as_switch()->set(1, true), ErrorCode::protocol, "01 85 02");
}

// What stands before a bare answer shifts every state; only the byte too many at its end shows it.
TEST(Frames, ABareAnswerIsWhatIsHeardUntilTheBoardIsQuiet) {
  PtyPeer peer([](PtyPeer& board) {
    board.expect(hex("FF 09 00"));
    board.say(hex("00 00 00 00 00 00 00 00"));
    board.expect(hex("FF 09 00"));
    board.say_split(hex("00 00 01 00 00 00 00 00 00"), 8);
  });
  Station station;
  const auto device = station.open("kmtronic", {{"port", peer.path()}});
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_FAILS((*device)->as_switch()->read(3), ErrorCode::protocol, "its state is unknown");
}

std::string faults(const std::string& lines) {
  const auto read =
      parse_frame_table("brewproof: frames/1\nsummary: own\nsource: here\n" + lines, "own.yaml");
  return read ? "" : read.error().message;
}

TEST(Frames, WhatIsWrongWithATableIsToldWithItsPlace) {
  const std::string good =
      "channels: 4\nread_back: none\nswitch_on: A0 {channel}\nswitch_off: A1 {channel}\n";
  EXPECT_EQ(faults(good), "");
  EXPECT_EQ(faults("channels: 4\nread_back: none\nswitch_on: A0 {chanel}\nswitch_off: A1\n"),
            "own.yaml:6:12: switch_on: there is no item {chanel}; did you mean 'channel'?");
  EXPECT_EQ(faults("channels: 4\nread_back: none\nswitch_on: A0 1\nswitch_off: A1\n"),
            "own.yaml:6:12: switch_on: '1' is no byte: two hex digits, 'text' or {item} are "
            "expected");
  EXPECT_THAT(faults(good + "swich: 00\n"), ::testing::HasSubstr("own.yaml:8:1: "));
  EXPECT_THAT(faults("channels: 4\nread_back: latch\nswitch_on: A0\nswitch_off: A1\n"),
              ::testing::HasSubstr("those need a query"));
  EXPECT_THAT(faults("channels: 4\nread_back: none\nswitch_on: A0\n"),
              ::testing::HasSubstr("switch_on and switch_off, or set_all alone"));
  EXPECT_THAT(faults(good + "all_off: \"A2 {channel}\"\n"),
              ::testing::HasSubstr("an item cannot stand in this frame"));
  EXPECT_THAT(faults("channels: 9\nread_back: none\nset_all: \"{mask}\"\n"),
              ::testing::HasSubstr("at most 8 channels"));
  EXPECT_THAT(faults("channels: 4\nread_back: latch\nswitch_on: A0\nswitch_off: A1\n"
                     "query: {send: 5B, reply: \"{01|0101}\"}\n"),
              ::testing::HasSubstr("is no byte"));
  EXPECT_THAT(faults("channels: 4\nread_back: latch\nswitch_on: A0\nswitch_off: A1\n"
                     "query: {send: 5B, reply: \"{01|01 02} {...}\"}\n"),
              ::testing::HasSubstr("one word begins like the other"));
  EXPECT_THAT(
      faults(good + "pulse: {send: \"5E {channel}\", step: 10 ms, least: 10 ms, most: 1 s}\n"),
      ::testing::HasSubstr("{ticks} once"));
}

}  // namespace
}  // namespace brewproof::testing
