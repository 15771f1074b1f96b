#include "rig/crosscheck/dissection.h"

#include <gtest/gtest.h>

#include "tests/rig/crosscheck/lines.h"

namespace brewproof {
namespace {

TEST(Dissection, HasItsFrameItsPlacesAndItsLayersInOrder) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"(
        "frame": {"frame.number": "7", "frame.len": "90"},
        "eth": {"eth.dst": "01:00:5e:00:00:fb", "eth.dst_tree": {"eth.dst.ig": "1"},
                "eth.src": "02:c0:ff:ee:00:01"},
        "ip": {"ip.src": "10.77.0.50", "ip.dst": "224.0.0.251"},
        "udp": {"udp.srcport": "5353", "udp.dstport": "5353"},
        "mdns": {"dns.id": "0x0000"})")));
  const Dissection& packet = reader.packet();
  EXPECT_EQ(packet.frame, 7u);
  EXPECT_EQ(packet.source(), "10.77.0.50");
  EXPECT_EQ(packet.destination(), "224.0.0.251");
  EXPECT_EQ(packet.source_mac, "02:c0:ff:ee:00:01");
  EXPECT_EQ(packet.source_port, 5353);
  EXPECT_TRUE(packet.group);
  EXPECT_FALSE(packet.malformed);
  ASSERT_EQ(packet.layers.size(), 5u);
  EXPECT_EQ(packet.layers[4]->name, "mdns");
  EXPECT_EQ(packet.layers[4]->find("dns.id"), "0x0000");
  EXPECT_EQ(packet.layers[4]->find("dns.qry.name"), "");
}

// tshark writes a key twice where a packet holds two messages.
TEST(Dissection, KeepsLayersAndLeavesThatComeTwice) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "1"},
        "mqtt": {"mqtt.topic": "a", "mqtt.topic": "b"}, "mqtt": {"mqtt.topic": "c"})")));
  ASSERT_EQ(reader.packet().layers.size(), 3u);
  ASSERT_EQ(reader.packet().layers[1]->leaves.size(), 2u);
  EXPECT_EQ(reader.packet().layers[1]->leaves[1].value, "b");
  EXPECT_EQ(reader.packet().layers[2]->find("mqtt.topic"), "c");
}

TEST(Dissection, TakesTheOuterAddressesOfWhatIsWrapped) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "1"},
        "ip": {"ip.src": "10.0.0.1", "ip.dst": "10.0.0.2"},
        "ip": {"ip.src": "192.0.2.1", "ip.dst": "192.0.2.2"})")));
  EXPECT_EQ(reader.packet().source(), "10.0.0.1");
}

TEST(Dissection, TellsWhereBytesStandAndWhatHasNone) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "1"},
        "snmp_raw": ["3003", 42, 5, 0, 1],
        "snmp": {"snmp.version_raw": ["02", 46, 1, 0, 4], "snmp.version": "0",
                 "snmp.response_in": "2"})")));
  const Layer& layer = *reader.packet().layers[1];
  ASSERT_EQ(layer.leaves.size(), 2u);
  EXPECT_EQ(layer.leaves[0].hex, "02");
  EXPECT_EQ(layer.leaves[0].position, 46u);
  EXPECT_EQ(layer.leaves[0].length, 1u);
  EXPECT_EQ(layer.leaves[1].length, 0u);
}

TEST(Dissection, SeesTsharksOwnDoubt) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "1"},
        "snmp": {"snmp.version": "0"}, "_ws.malformed": {"_ws.malformed": "Malformed"})")));
  EXPECT_TRUE(reader.packet().malformed);
}

// A text of the packet cannot end the packet's object: its line breaks are written \n.
TEST(Dissection, TextsWithBracesStayTexts) {
  DissectionReader reader;
  ASSERT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "1"},
        "http": {"http.file_data": "a\n  },\n  {\n\"frame\": {}"})")));
  EXPECT_EQ(reader.packet().layers[1]->find("http.file_data"), "a\n  },\n  {\n\"frame\": {}");
}

TEST(Dissection, WhatIsNoJsonIsCountedAndTheNextPacketIsRead) {
  DissectionReader reader;
  EXPECT_FALSE(feed(reader, "  {\n  \"broken\n  },\n"));
  EXPECT_FALSE(feed(reader, "  {\n  \"_source\": 1\n  },\n"));
  EXPECT_EQ(reader.unreadable(), 2u);
  EXPECT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "3"})")));
  EXPECT_EQ(reader.unreadable(), 2u);
}

TEST(Dissection, APacketOfTooManyBytesIsLeftOutWhole) {
  DissectionReader reader;
  const std::string line = "\"a\": \"" + std::string(1u << 20, 'x') + "\",";
  EXPECT_FALSE(reader.line("  {"));
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(reader.line(line));
  EXPECT_FALSE(reader.line("  }"));
  EXPECT_EQ(reader.unreadable(), 1u);
  EXPECT_TRUE(feed(reader, packet_json(R"("frame": {"frame.number": "3"})")));
}

TEST(Dissection, NestingWithoutEndIsRefused) {
  DissectionReader reader;
  std::string deep = R"("frame": {"frame.number": "1"}, "x": )";
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_FALSE(feed(reader, packet_json(deep)));
  EXPECT_EQ(reader.unreadable(), 1u);
}

TEST(Dissection, ManyLeavesAreCut) {
  DissectionReader reader;
  std::string many = R"("frame": {"frame.number": "1"}, "x": {"a": "")";
  for (int i = 0; i < 100'000; ++i) many += ",\n\"a.b\": \"1\"";
  ASSERT_TRUE(feed(reader, packet_json(many + "}")));
  EXPECT_EQ(reader.packet().layers[1]->leaves.size(), 65535u);  // with the frame's number 65536
}

}  // namespace
}  // namespace brewproof
