// The names and option keys of some drivers, for reading bench files. Nothing is opened.
#pragma once

#include "rig/bench/driver.h"

namespace brewproof::testing {

inline DriverTable named_drivers() {
  static constexpr OptionEntry board_options[] = {{"port", false, "serial port"},
                                                  {"usb", false, "its USB adapter"},
                                                  {"channels", true, "number of relays"}};
  static constexpr OptionEntry reader_options[] = {{"port", true, "serial port"},
                                                   {"sniff", false, "on, off or only"},
                                                   {"level", false, "of a real reader"},
                                                   {"scale", false, "likewise"}};
  static constexpr OptionEntry usb_options[] = {{"usb", true, "where the board is"},
                                                {"channels", false, "number of relays"}};
  static constexpr OptionEntry bus_options[] = {{"port", true, "serial port"},
                                                {"address", false, "on the bus"}};
  static constexpr OptionEntry coin_options[] = {{"port", true, "serial port"},
                                                 {"coins", false, "what they are worth"}};
  static constexpr OptionEntry plug_options[] = {{"host", true, "its address"},
                                                 {"interface", true, "the way to it"}};
  static constexpr OptionEntry program_options[] = {{"on", true, "arguments"},
                                                    {"off", true, "arguments"},
                                                    {"read", false, "arguments"},
                                                    {"within", false, "time limit"}};
  static constexpr OptionEntry gpio_options[] = {
      {"chip", true, "the chip"}, {"lines", true, "its lines"}, {"active", false, "high or low"}};
  static constexpr OptionEntry input_options[] = {{"chip", true, "the chip"},
                                                  {"lines", true, "its lines"},
                                                  {"active", false, "high or low"},
                                                  {"pull", false, "up or down"}};
  static constexpr OptionEntry table_options[] = {{"port", false, "serial port"},
                                                  {"usb", false, "its USB adapter"},
                                                  {"table", true, "the board's frames"}};
  static constexpr OptionEntry jura_options[] = {{"port", false, "serial port"},
                                                 {"usb", false, "its USB adapter"},
                                                 {"model", false, "of the machine"},
                                                 {"allow", false, "commands beyond keys"}};
  static constexpr DriverEntry jura{
      "jura",       "", "serial", "switch pulse meter input",  ReadBack::none, "",
      jura_options, {}, nullptr,  "count_espresso count_rinse"};
  static constexpr DriverEntry board{"lcus_relay",  "", "serial", "switch", ReadBack::latch, "",
                                     board_options, {}, nullptr};
  static constexpr DriverEntry reader{"qibixx_mdb",   "", "serial", "reader", ReadBack::none, "",
                                      reader_options, {}, nullptr};
  static constexpr DriverEntry meter{"pzem004t", "",          "serial", "meter", ReadBack::none,
                                     "",         bus_options, {},       nullptr};
  static constexpr DriverEntry balance{"scale", "",          "serial", "meter", ReadBack::none,
                                       "",      bus_options, {},       nullptr, "mass"};
  static constexpr DriverEntry coins{"cctalk", "",           "serial", "meter", ReadBack::none,
                                     "",       coin_options, {},       nullptr, "coins credit"};
  static constexpr DriverEntry usb_board{"hid_relay", "",          "usb", "switch", ReadBack::latch,
                                         "",          usb_options, {},    nullptr};
  static constexpr DriverEntry plug{"tasmota",    "", "http", "switch meter", ReadBack::latch, "",
                                    plug_options, {}, nullptr};
  static constexpr DriverEntry program{
      "program", "", "program", "switch", ReadBack::latch, "", program_options, {}, nullptr};
  static constexpr DriverEntry gpio{"gpio", "",           "gpio", "switch", ReadBack::pin,
                                    "",     gpio_options, {},     nullptr};
  static constexpr DriverEntry inputs{"gpio_input",  "", "gpio", "input", ReadBack::pin, "",
                                      input_options, {}, nullptr};
  static constexpr DriverEntry audit{"dex", "",          "serial", "audit", ReadBack::none,
                                     "",    bus_options, {},       nullptr};
  static constexpr DriverEntry frames{"frames",      "", "serial", "switch", ReadBack::none, "",
                                      table_options, {}, nullptr};
  static constexpr const DriverEntry* table[] = {&board, &reader,  &meter, &balance, &usb_board,
                                                 &plug,  &program, &gpio,  &inputs,  &frames,
                                                 &audit, &coins,   &jura};
  return table;
}

}  // namespace brewproof::testing
