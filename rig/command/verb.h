// One verb of the command line as its file describes it: what is given, and what is done with it.
// CLI11 stands behind it, in verb.cpp alone: every file that includes it takes seconds to compile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace brewproof {

class Verb {
 public:
  enum class Need { optional, required };

  Verb(CLI::App& program, const std::string& name, const std::string& about);

  // `--name` is an option, a name without dashes what is given by its place. `into` outlives the
  // parsing; its value is the default, shown by --help.
  void text(const std::string& name, std::string& into, const std::string& about,
            Need need = Need::optional);
  /// An option whose value may be left out: then it is `otherwise`.
  void text_or(const std::string& name, std::string& into, const std::string& otherwise,
               const std::string& about);
  void texts(const std::string& name, std::vector<std::string>& into, const std::string& about,
             Need need = Need::optional);
  /// An option that may be named several times, each with one value.
  void repeated(const std::string& name, std::vector<std::string>& into, const std::string& about);
  void one_of(const std::string& name, std::string& into, const std::string& about,
              const std::vector<std::string>& words);
  void number(const std::string& name, double& into, const std::string& about, double least,
              double most);
  /// A whole number; one with a fraction is refused.
  void count(const std::string& name, std::int64_t& into, const std::string& about,
             std::int64_t least, std::int64_t most);
  void flag(const std::string& name, bool& into, const std::string& about);
  void excludes(const std::string& name, const std::string& other);
  void needs(const std::string& name, const std::string& other);
  /// Left out of --help: for the program's own use.
  void hide(const std::string& name);
  /// --seed N, from 0 to 2^53 - 1: what every reader of plan.json keeps exactly.
  void seed(std::optional<std::uint64_t>& into);

  /// What is done when this verb was chosen and all was read.
  void action(std::function<void()> act);

 private:
  CLI::App* app_;
};

}  // namespace brewproof
