#include "rig/command/init/questions.h"

#include <cctype>
#include <charconv>
#include <string_view>

#include "rig/yaml/quote.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_answer = 4096;

std::string trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

template <class T>
std::string complaint_of(const yaml::Parsed<T>& parsed) {
  return parsed ? "" : parsed.error();
}

}  // namespace

Result<std::string> Questions::ask(const std::string& question, const std::string& otherwise,
                                   const Complaint& complaint) {
  while (true) {
    fmt::print(out_, "{}{} ", question, otherwise.empty() ? ":" : " [" + otherwise + "]:");
    std::fflush(out_);
    std::string line;
    int c = 0;
    while ((c = std::getc(in_)) != EOF && c != '\n') {
      if (line.size() < longest_answer) line += static_cast<char>(c);
    }
    if (c == EOF && line.empty()) {
      fmt::print(out_, "\n");
      return fail(ErrorCode::usage, "the answers ended before the last question");
    }
    if (echo_) fmt::print(out_, "{}\n", yaml::printable(line));
    std::string answer = trimmed(line);
    if (answer.empty()) answer = otherwise;
    const std::string wrong =
        yaml::printable(answer) == answer
            ? complaint(answer)
            : "there is something in it that cannot be shown: write it in plain characters";
    if (wrong.empty()) return answer;
    say("  " + wrong);
  }
}

void Questions::say(const std::string& text) {
  fmt::print(out_, "{}\n", text);
  std::fflush(out_);
}

std::string anything(const std::string&) { return ""; }

std::string something(const std::string& answer) {
  return answer.empty() ? "an answer is needed (Ctrl-C ends, and nothing is written)" : "";
}

bool is_none(const std::string& answer) { return answer.empty() || answer == "none"; }

std::string mac_or_none(const std::string& answer) {
  if (is_none(answer)) return "";
  bool right = answer.size() == 17;
  for (std::size_t i = 0; right && i < answer.size(); ++i)
    right =
        i % 3 == 2 ? answer[i] == ':' : std::isxdigit(static_cast<unsigned char>(answer[i])) != 0;
  if (!right) return "a MAC address is six pairs of hex digits, as 02:c0:ff:ee:00:01";
  return std::string_view("13579bdfBDF").find(answer[1]) == std::string_view::npos
             ? ""
             : "that is a group address, which no machine sends from";
}

std::string count_or_none(const std::string& answer) {
  if (is_none(answer)) return "";
  int number = 0;
  const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
  const bool right = error == std::errc{} && end == answer.data() + answer.size() && number > 0 &&
                     number <= 1'000'000;
  return right ? "" : "a whole number from 1 to 1000000 is expected, or none";
}

std::string money_or_none(const std::string& answer) {
  return is_none(answer) ? "" : complaint_of(yaml::parse_money(answer));
}

std::string duration_or_none(const std::string& answer) {
  return is_none(answer) ? "" : complaint_of(yaml::parse_duration(answer));
}

}  // namespace brewproof
