// The Tasmota driver against a scripted plug. Answers as in the sources named in
// drivers/tasmota.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/http_peer.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view metering_plug =
    R"({"Status":{"Module":0,"DeviceName":"Tasmota","FriendlyName":["Tasmota"],"Power":0},)"
    R"json("StatusFWR":{"Version":"12.4.0(tasmota)","Hardware":"ESP8266EX"},)json"
    R"("StatusNET":{"Hostname":"tasmota-0001","IPAddress":"192.168.7.20",)"
    R"("Mac":"2C:3A:E8:00:00:01"},)"
    R"("StatusSNS":{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":1.500,"Power":0}},)"
    R"("StatusSTS":{"Time":"2026-01-01T00:00:00","POWER":"OFF","Wifi":{"RSSI":100}}})";

constexpr std::string_view two_relays =
    R"json({"Status":{"Power":0},"StatusFWR":{"Version":"9.1.0(tasmota)"},)json"
    R"("StatusNET":{"Mac":"2C:3A:E8:00:00:02"},"StatusSNS":{"Time":"2026-01-01T00:00:00"},)"
    R"("StatusSTS":{"POWER1":"OFF","POWER2":"ON"}})";

void identify(HttpPeer& plug, std::string_view as = metering_plug) {
  plug.expect("/cm?cmnd=Status%200");
  plug.answer(as);
}
void exchange(HttpPeer& plug, std::string_view command, std::string_view json) {
  plug.expect("/cm?cmnd=" + std::string(command));
  plug.answer(json);
}

struct Plug {
  Station station;
  std::unique_ptr<Device> device;
  Switch* outputs = nullptr;
  Meter* meter = nullptr;

  explicit Plug(const HttpPeer& peer) {
    device = station.opened("tasmota", {{"host", peer.host()}, {"interface", "lo"}});
    if (!device) return;
    outputs = device->as_switch();
    meter = device->as_meter();
  }
};

TEST(Tasmota, SwitchesAndReadsBack) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    exchange(p, "Power1%20ON", R"({"POWER":"ON"})");
    exchange(p, "Power1", R"({"POWER":"ON"})");
    exchange(p, "Power1%20OFF", R"({"POWER":"OFF"})");
    exchange(p, "Power1", R"({"POWER":"OFF"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_EQ(plug.device->identity(), "Tasmota 12.4.0(tasmota) with MAC 2C:3A:E8:00:00:01");
  EXPECT_EQ(plug.outputs->read_back(), ReadBack::latch);
  EXPECT_TRUE(plug.outputs->set(1, true));
  EXPECT_EQ(plug.outputs->read(1).value(), true);
  EXPECT_TRUE(plug.outputs->set(1, false));
  EXPECT_EQ(plug.outputs->read(1).value(), false);
  EXPECT_EQ(plug.device->as_pulse_switch(), nullptr);
}

TEST(Tasmota, OpeningAndClosingSwitchNothing) {
  HttpPeer peer([](HttpPeer& p) { identify(p); });
  {
    const Plug plug(peer);
  }
  peer.wait();
}

TEST(Tasmota, AllOffGoesToEveryRelayAlsoAfterAFailure) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p, two_relays);
    exchange(p, "Power1%20OFF", R"({"Command":"Unknown"})");
    exchange(p, "Power2%20OFF", R"({"POWER2":"OFF"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->all_off(), ErrorCode::protocol, R"({\"Command\":\"Unknown\"})");
  peer.wait();
}

TEST(Tasmota, MeasuresInSiUnits) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    for (int i = 0; i < 6; ++i)
      exchange(p, "Status%2010",
               R"({"StatusSNS":{"Time":"2026-01-01T00:00:01","ENERGY":{"TotalStartTime":)"
               R"("2025-01-01T00:00:00","Total":1.500,"Yesterday":0.1,"Today":0.2,"Power":1250,)"
               R"("ApparentPower":1260,"ReactivePower":150,"Factor":0.99,"Voltage":231,)"
               R"("Current":5.411,"Frequency":50}}})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.meter);
  EXPECT_DOUBLE_EQ(plug.meter->read("power").value().value, 1250);
  EXPECT_DOUBLE_EQ(plug.meter->read("voltage").value().value, 231);
  EXPECT_DOUBLE_EQ(plug.meter->read("current").value().value, 5.411);
  EXPECT_DOUBLE_EQ(plug.meter->read("energy").value().value, 5.4e6);  // joules
  EXPECT_DOUBLE_EQ(plug.meter->read("frequency").value().value, 50);
  EXPECT_DOUBLE_EQ(plug.meter->read("power_factor").value().value, 0.99);
  EXPECT_FAILS(plug.meter->read("taste"), ErrorCode::usage, "does not measure \"taste\"");
}

TEST(Tasmota, AReadingThatIsNoNumberIsNoReading) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    exchange(p, "Status%2010", R"({"StatusSNS":{"ENERGY":{"Power":[3,4]}}})");
    exchange(p, "Status%2010", R"({"StatusSNS":{"Time":"2026-01-01T00:00:00"}})");
    exchange(p, "Status%2010", R"({"StatusSNS":{"ENERGY":{"Power":"12"}}})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.meter);
  for (int i = 0; i < 3; ++i)
    EXPECT_FAILS(plug.meter->read("power"), ErrorCode::protocol, "ENERGY.Power was expected");
}

TEST(Tasmota, APlugWithoutAMeterHasNone) {
  HttpPeer peer([](HttpPeer& p) { identify(p, two_relays); });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_EQ(plug.meter, nullptr);
}

TEST(Tasmota, AStuckRelayIsReadAsItIs) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    exchange(p, "Power1%20ON", R"({"POWER":"OFF"})");
    exchange(p, "Power1", R"({"POWER":"OFF"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_TRUE(plug.outputs->set(1, true));
  EXPECT_EQ(plug.outputs->read(1).value(), false);
}

TEST(Tasmota, AnAnswerAboutAnotherRelayIsNone) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p, two_relays);
    exchange(p, "Power2", R"({"POWER1":"OFF"})");
    exchange(p, "Power2", R"({"POWER":"OFF"})");
    exchange(p, "Power2", R"({"POWER2":"AN"})");  // StateText was changed
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  for (int i = 0; i < 3; ++i)
    EXPECT_FAILS(plug.outputs->read(2), ErrorCode::protocol, "POWER2 ON or OFF was expected");
}

TEST(Tasmota, AChannelThatIsNotThereIsAskedOfNobody) {
  HttpPeer peer([](HttpPeer& p) { identify(p, two_relays); });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->set(3, true), ErrorCode::usage, "has no channel 3: its plug has 2");
  EXPECT_FAILS(plug.outputs->read(0), ErrorCode::usage, "has no channel 0");
}

TEST(Tasmota, WhatIsNoTasmotaPlugIsRefused) {
  for (const char* other : {"{}", R"({"StatusFWR":{"Version":7},"StatusNET":{"Mac":"x"}})",
                            R"({"StatusFWR":"12.4.0"})"}) {
    HttpPeer peer([&](HttpPeer& p) { identify(p, other); });
    Station station;
    EXPECT_FAILS(station.open("tasmota", {{"host", peer.host()}, {"interface", "lo"}}),
                 ErrorCode::protocol, "is not a Tasmota plug");
  }
}

TEST(Tasmota, APasswordIsToldWithTheMend) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p, R"({"WARNING":"Need user=<username>&password=<password>"})");
  });
  Station station;
  EXPECT_FAILS(station.open("tasmota", {{"host", peer.host()}, {"interface", "lo"}}),
               ErrorCode::protocol, "WebPassword 0");
}

TEST(Tasmota, AfterItWasGoneItIsStillCommandedOffAndNothingElse) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    p.expect("/cm?cmnd=Power1%20ON");
    p.pause(milliseconds(20));
    p.reset();
    exchange(p, "Power1%20OFF", R"({"POWER":"OFF"})");
    exchange(p, "Power1%20OFF", R"({"POWER":"OFF"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->set(1, true), ErrorCode::io, "broke off");
  EXPECT_FAILS(plug.outputs->set(1, true), ErrorCode::io, "broke off");
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::io, "broke off");
  EXPECT_FAILS(plug.meter->read("power"), ErrorCode::io, "broke off");
  EXPECT_TRUE(plug.outputs->set(1, false));
  EXPECT_TRUE(plug.outputs->all_off());
  peer.wait();
}

TEST(Tasmota, SilenceIsATimeoutAndTheNextAnswerCounts) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    p.expect("/cm?cmnd=Power1");
    p.pause(milliseconds(2200));
    p.answer(R"({"POWER":"ON"})");  // finds nobody
    exchange(p, "Power1", R"({"POWER":"OFF"})");
  });
  Plug plug(peer);
  ASSERT_TRUE(plug.outputs);
  EXPECT_FAILS(plug.outputs->read(1), ErrorCode::timeout, "its state is unknown");
  EXPECT_EQ(plug.outputs->read(1).value(), false);
}

TEST(Tasmota, HarmlessIsAQuestion) {
  HttpPeer peer([](HttpPeer& p) {
    identify(p);
    exchange(p, "Power1", R"({"POWER":"OFF"})");
  });
  Plug plug(peer);
  const auto sent = plug.device->harmless_exchange();
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(sent->first_reply);
}

}  // namespace
}  // namespace brewproof::testing
