// The Shelly driver against scripted plugs of both kinds. Answers as in the source named in
// drivers/shelly.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/http_peer.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view about_second =
    R"({"name":null,"id":"shellyplusplugs-441793d69718","mac":"441793D69718","slot":0,)"
    R"("model":"SNPL-00112EU","gen":2,"fw_id":"20230912-114516/v1.14.0","ver":"1.0.8",)"
    R"("app":"PlusPlugS","auth_en":false,"auth_domain":null})";
constexpr std::string_view status_second =
    R"({"cloud":{"connected":false},"switch:0":{"id":0,"source":"init","output":false,)"
    R"("apower":0.0,"voltage":230.1},"switch:1":{"id":1,"source":"init","output":false}})";
constexpr std::string_view about_first =
    R"({"type":"SHPLG-S","mac":"C45BBE78A8A4","auth":false,)"
    R"("fw":"20230913-113421/v1.14.0-gcb84623","longid":1,"num_outputs":1,"num_meters":1})";

void exchange(HttpPeer& plug, std::string_view target, std::string_view json) {
  plug.expect(target);
  plug.answer(json);
}
void identify_second(HttpPeer& plug) {
  exchange(plug, "/shelly", about_second);
  exchange(plug, "/rpc/Shelly.GetStatus", status_second);
}
void identify_first(HttpPeer& plug) { exchange(plug, "/shelly", about_first); }

struct Plug {
  Station station;
  std::unique_ptr<Device> device;
  Switch* outputs = nullptr;
  PulseSwitch* pulses = nullptr;
  Meter* meter = nullptr;

  explicit Plug(const HttpPeer& peer) {
    device = station.opened("shelly", {{"host", peer.host()}, {"interface", "lo"}});
    if (!device) return;
    outputs = device->as_switch();
    pulses = device->as_pulse_switch();
    meter = device->as_meter();
  }
};

TEST(Shelly, SwitchesAndReadsBack) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    exchange(p, "/rpc/Switch.Set?id=0&on=true", R"({"was_on":false})");
    exchange(p, "/rpc/Switch.GetStatus?id=0", R"({"id":0,"source":"HTTP_in","output":true})");
    exchange(p, "/rpc/Switch.Set?id=1&on=false", R"({"was_on":true})");
    exchange(p, "/rpc/Switch.GetStatus?id=1", R"({"id":1,"source":"HTTP_in","output":false})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_EQ(plug.device->identity(), "Shelly SNPL-00112EU 1.0.8 with MAC 441793D69718");
  EXPECT_EQ(plug.outputs->read_back(), ReadBack::latch);
  EXPECT_TRUE(plug.outputs->set(1, true));
  EXPECT_EQ(plug.outputs->read(1).value(), true);
  EXPECT_TRUE(plug.outputs->set(2, false));
  EXPECT_EQ(plug.outputs->read(2).value(), false);
  EXPECT_FAILS(plug.outputs->set(3, true), ErrorCode::usage, "has no channel 3: its plug has 2");
}

TEST(Shelly, ThePlugEndsThePulse) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    exchange(p, "/rpc/Switch.Set?id=0&on=true&toggle_after=0.3", R"({"was_on":false})");
    exchange(p, "/rpc/Switch.GetStatus?id=0",
             R"({"id":0,"output":true,"timer_started_at":1626942399.36,"timer_duration":0.30})");
    exchange(p, "/rpc/Switch.Set?id=1&on=true&toggle_after=12.0", R"({"was_on":false})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.pulses);
  EXPECT_EQ(plug.pulses->range().least, milliseconds(100));
  EXPECT_EQ(plug.pulses->range().step, milliseconds(100));
  const auto sent = plug.pulses->pulse(1, milliseconds(300));
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(sent->first_reply);
  EXPECT_EQ(plug.outputs->read(1).value(), true);
  EXPECT_TRUE(plug.pulses->pulse(2, milliseconds(12'000)));
  for (const int length : {0, 50, 350, 600'100, -100})
    EXPECT_FAILS(plug.pulses->pulse(1, milliseconds(length)), ErrorCode::usage, "cannot time");
  peer.wait();
}

TEST(Shelly, OffWithATimerThatWillSwitchOnIsNoSafeState) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    exchange(p, "/rpc/Switch.GetStatus?id=0",
             R"({"id":0,"source":"timer","output":false,"timer_started_at":1626942399.36,)"
             R"("timer_duration":60})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::protocol, "will switch it on by itself");
}

TEST(Shelly, MeasuresTheFirstOutput) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    for (int i = 0; i < 3; ++i)
      exchange(p, "/rpc/Switch.GetStatus?id=0",
               R"({"id":0,"output":true,"apower":1250.5,"voltage":229.8,"current":5.443})");
    exchange(p, "/rpc/Switch.GetStatus?id=0", R"({"id":0,"output":true,"apower":null})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.meter);
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1250.5);
  EXPECT_DOUBLE_EQ(plug.meter->read("voltage").value().value, 229.8);
  EXPECT_DOUBLE_EQ(plug.meter->read("current").value().value, 5.443);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "where apower was expected");
  EXPECT_FAILS(plug.meter->read("frequency"), ErrorCode::usage, "does not measure");
}

TEST(Shelly, TheFirstGenerationHasItsOwnWords) {
  HttpPeer peer([](HttpPeer& p) {
    identify_first(p);
    exchange(p, "/relay/0?turn=on", R"({"ison":true,"has_timer":false,"source":"http"})");
    exchange(p, "/relay/0", R"({"ison":true,"has_timer":false,"source":"http"})");
    exchange(p, "/relay/0?turn=on&timer=2", R"({"ison":true,"has_timer":true})");
    exchange(p, "/relay/0?turn=off", R"({"ison":false,"has_timer":false})");
    exchange(p, "/relay/0", R"({"ison":false,"has_timer":true,"timer_remaining":5})");
    exchange(p, "/meter/0", R"({"power":1250.50,"is_valid":true,"timestamp":0})");
    exchange(p, "/meter/0", R"({"power":0,"is_valid":false})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs && plug.pulses && plug.meter);
  EXPECT_EQ(plug.device->identity(),
            "Shelly SHPLG-S 20230913-113421/v1.14.0-gcb84623 with MAC C45BBE78A8A4");
  EXPECT_TRUE(plug.outputs->set(1, true));
  EXPECT_EQ(plug.outputs->read(1).value(), true);
  EXPECT_FAILS(plug.pulses->pulse(1, milliseconds(300)), ErrorCode::usage, "cannot time");
  EXPECT_TRUE(plug.pulses->pulse(1, milliseconds(2000)));
  EXPECT_TRUE(plug.outputs->all_off());
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::protocol, "will switch it on by itself");
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1250.5);
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "where power was expected");
  EXPECT_FAILS(plug.meter->read("voltage"), ErrorCode::usage, "does not measure");
}

TEST(Shelly, OpeningAndClosingSwitchNothing) {
  HttpPeer peer([](HttpPeer& p) { identify_second(p); });
  {
    const Plug plug(peer);
  }
  peer.wait();
}

TEST(Shelly, AllOffGoesToEveryOutputAlsoAfterAFailure) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    p.expect("/rpc/Switch.Set?id=0&on=false");
    p.say(
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 24\r\n\r\n"
        R"({"code":-1,"message":""})");
    exchange(p, "/rpc/Switch.Set?id=1&on=false", R"({"was_on":true})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->all_off(), ErrorCode::protocol, "status 500");
  peer.wait();
}

TEST(Shelly, AnAnswerWithoutItsKeyIsNone) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    exchange(p, "/rpc/Switch.Set?id=0&on=true", "{}");
    exchange(p, "/rpc/Switch.GetStatus?id=0", R"({"output":"true"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->set(1, true), ErrorCode::protocol, "where was_on was expected");
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::protocol, "where output was expected");
}

TEST(Shelly, AfterItWasGoneItIsStillCommandedOffAndNothingElse) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    p.expect("/rpc/Switch.Set?id=0&on=true&toggle_after=0.5");
    p.pause(milliseconds(20));
    p.reset();
    exchange(p, "/rpc/Switch.Set?id=0&on=false", R"({"was_on":true})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.pulses->pulse(1, milliseconds(500)), ErrorCode::io, "broke off");
  EXPECT_FAILS(plug.pulses->pulse(1, milliseconds(500)), ErrorCode::io, "broke off");
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::io, "broke off");
  EXPECT_TRUE(plug.outputs->set(1, false));
  peer.wait();
}

TEST(Shelly, SilenceIsATimeoutAndTheNextAnswerCounts) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    p.expect("/rpc/Switch.GetStatus?id=0");
    p.pause(milliseconds(2200));
    p.answer(R"({"output":true})");  // finds nobody
    exchange(p, "/rpc/Switch.GetStatus?id=0", R"({"output":false})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::timeout, "its state is unknown");
  EXPECT_EQ(plug.outputs->read(1).value(), false);
}

TEST(Shelly, APlugWithAPasswordOrWithoutRelaysIsRefused) {
  const auto refusal = [](std::string_view about, std::string_view status) {
    HttpPeer peer([&](HttpPeer& p) {
      exchange(p, "/shelly", about);
      if (!status.empty()) exchange(p, "/rpc/Shelly.GetStatus", status);
    });
    Station station;
    const auto opened = station.open("shelly", {{"host", peer.host()}, {"interface", "lo"}});
    return opened ? "" : opened.error().message;
  };
  using ::testing::HasSubstr;
  EXPECT_THAT(refusal(R"({"gen":2,"model":"M","mac":"1","auth_en":true})", ""),
              HasSubstr("wants a password"));
  EXPECT_THAT(refusal(R"({"type":"SHSW-1","mac":"1","auth":true})", ""),
              HasSubstr("wants a password"));
  EXPECT_THAT(refusal(R"({"gen":2,"model":"M","mac":"1","auth_en":false})", R"({"light:0":{}})"),
              HasSubstr("has no relay"));
  EXPECT_THAT(refusal(R"({"type":"SHIX3-1","mac":"1","auth":false,"num_outputs":0})", ""),
              HasSubstr("has no relay"));
  EXPECT_THAT(refusal(R"({"StatusFWR":{}})", ""), HasSubstr("is not a Shelly plug"));
  EXPECT_THAT(refusal(R"({"gen":"2","model":"M","mac":"1"})", ""),
              HasSubstr("is not a Shelly plug"));
}

TEST(Shelly, HarmlessIsAQuestion) {
  HttpPeer peer([](HttpPeer& p) {
    identify_second(p);
    exchange(p, "/rpc/Switch.GetStatus?id=0", R"({"output":false})");
  });
  Plug plug(peer);
  EXPECT_TRUE(plug.device->harmless_exchange());
}

}  // namespace
}  // namespace brewproof::testing
