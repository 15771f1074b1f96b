// The examples of the field paths in rig/decode/README.md are true.
#include <algorithm>
#include <fstream>
#include <set>

#include "rig/decode/outlet.h"
#include "rig/decode/payload/codec.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/payload/structure.h"
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// The cells of a table's row; `\|` is no border.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (std::size_t i = 2; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cells.back() += line[++i];
    } else if (line[i] == '|') {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  cells.pop_back();
  return cells;
}

/// What stands between backquotes.
std::vector<std::string> code_of(const std::string& cell) {
  std::vector<std::string> code;
  for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
    const std::size_t end = cell.find('`', at + 1);
    code.push_back(cell.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return code;
}

/// The rows of the table under this heading, without its two first lines.
std::vector<std::vector<std::string>> table(std::string_view heading) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/rig/decode/README.md");
  std::vector<std::vector<std::string>> rows;
  bool here = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) here = line == heading;
    if (here && line.starts_with("| ") && !line.starts_with("| part |") &&
        !line.starts_with("| step |"))
      rows.push_back(cells_of(line));
  }
  return rows;
}

Bytes content_of(std::string_view code) {
  if (code.starts_with("hex ")) return hex(code.substr(4));
  Bytes bytes;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool escaped = code[i] == '\\' && i + 1 < code.size();
    if (escaped) ++i;
    const char c = code[i];
    bytes.push_back(static_cast<std::uint8_t>(!escaped ? c : c == 'r' ? '\r' : '\n'));
  }
  return bytes;
}

std::set<std::string> fields_of(const std::vector<Message>& messages) {
  std::set<std::string> all;
  for (const Message& message : messages)
    for (const Field& field : message.fields) all.insert(field.path + "=" + field.value);
  return all;
}

/// Traffic that has every part.
std::set<std::string> fields_of_every_part() {
  Tap tap;
  Connection http(tap, 80, 41000);
  http.up(
      "POST /v1/order?d=espresso HTTP/1.1\r\nHost: api.example\r\nContent-Type: "
      "application/json\r\n"
      "Content-Length: 13\r\n\r\n{\"cents\":180}"
      "POST /v1/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n"
      "2;n=1\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n"
      "GET /c HTTP/1.1\r\nAuthorization: Bearer "
      "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln\r\nCookie: s=eyJjdXAiOiJlc3ByZXNzbyJ9\r\n\r\n"
      "POST /f HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
      "9\r\n\r\ncup=small"
      "POST /m HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
      "84\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"a.txt\"\r\n\r\n"
      "line\r\n--b--\r\n");
  http.down("HTTP/1.1 200 OK\r\nSet-Cookie: s=4f6a; Max-Age=60\r\nContent-Length: 0\r\n\r\n");
  Connection mqtt(tap, 1883, 41001);
  mqtt.up(hex("10 10 0004 4d515454 05 02 003c 00 0003 6b6473"));
  mqtt.up(hex("30 14") + hex("000b") + text("kiosk/watts") + hex("04 03 0001 78") + text("21"));
  mqtt.up(hex("30 0e 0007") + text("kiosk/t") + hex("00") + text("21.5"));
  Connection with_token(tap, 1883, 41002);
  with_token.up(hex("103d 0004 4d515454 04 c2 003c 0000 0001 62 002c") +
                text("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln"));
  Bytes broken = udp(true, 9999, {});
  broken[14] = 0x55;
  broken.resize(14 + 6);
  std::fill(broken.begin(), broken.end(), 0xff);
  tap.packet(Bytes(broken.begin(), broken.begin() + 6));
  tap.packet(
      udp(true, 53, hex("1234 0100 0001 0000 0000 0000 03617069 07 6578616d706c65 00 0001 0001")));
  return fields_of(tap.finish());
}

TEST(Paths, TheReadmesPartsAreThoseThatMessagesHave) {
  const std::set<std::string> fields = fields_of_every_part();
  std::string all;
  for (const std::string& field : fields) all += field + "\n";
  const auto rows = table("### Parts");
  EXPECT_GE(rows.size(), 13u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 3u);
    const std::string example = code_of(row[2]).at(0);
    EXPECT_TRUE(fields.contains(example)) << example << " is none of\n" << all;
  }
}

TEST(Paths, TheReadmesStepsDoWhatItSays) {
  const auto rows = table("### Steps");
  std::string steps;
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 4u);
    const auto content = code_of(row[2]);
    const std::string example = code_of(row[3]).at(0), step = code_of(row[0]).at(0);
    steps += step + " ";
    EXPECT_NE(example.find("|" + step), std::string::npos) << example;
    DecodeOptions options;
    DecodeTotals totals;
    decode::Outlet outlet(options, totals, [](Message&&) {});
    Message message;
    decode::ContentHints hints;
    if (content.size() > 1)
      (content[1].find('/') != std::string::npos ? hints.type : hints.encoding) = content[1];
    decode::add_content(message, outlet, "payload", content_of(content.at(0)), hints);
    const auto fields = fields_of({message});
    std::string all;
    for (const std::string& field : fields) all += field + "\n";
    EXPECT_TRUE(fields.contains(example)) << example << " is none of\n" << all;
  }
  for (const decode::Codec* codec : decode::codecs())
    EXPECT_NE(steps.find(codec->name), std::string::npos) << codec->name << " is not in the table";
  for (const decode::Structure* structure : decode::structures())
    EXPECT_NE(steps.find(std::string(structure->name) + ":"), std::string::npos)
        << structure->name << " is not in the table";
}

}  // namespace
}  // namespace brewproof::wire
