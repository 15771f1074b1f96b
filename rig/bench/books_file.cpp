#include "rig/bench/books_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

constexpr std::chrono::milliseconds shortest{1000}, longest{600'000};

}  // namespace

std::vector<std::string> audit_resources(const std::map<std::string, ResourceConfig>& resources,
                                         DriverTable drivers) {
  std::vector<std::string> names;
  for (const auto& [name, resource] : resources) {
    const DriverEntry* driver = find_driver(drivers, resource.driver);
    if (driver != nullptr && driver->capability == "audit") names.push_back(name);
  }
  return names;
}

std::optional<BooksConfig> read_books_config(const yaml::Node& node,
                                             const std::map<std::string, ResourceConfig>& resources,
                                             DriverTable drivers) {
  if (!node) return std::nullopt;
  BooksConfig books;
  books.place = node.place_text();
  yaml::Map keys = node.map();
  if (const yaml::Node from = keys.required("from")) {
    books.resource = from.word();
    const std::vector<std::string> known = audit_resources(resources, drivers);
    if (std::ranges::find(known, books.resource) == known.end())
      from.fault(fmt::format("from: there is no resource {} that reads the machine's books{}",
                             yaml::in_quotes(books.resource),
                             yaml::did_you_mean(books.resource, known)));
  }
  if (const yaml::Node every = keys.optional("every")) {
    const std::string word = every.choice({"trial", "block", "run"});
    books.every = word == "trial"   ? BooksConfig::Every::trial
                  : word == "block" ? BooksConfig::Every::block
                                    : BooksConfig::Every::run;
  }
  if (const yaml::Node within = keys.optional("within")) {
    books.within = within.milliseconds();
    if (books.within < shortest || books.within > longest)
      within.fault("within: a reading takes between 1 s and 10 min");
  }
  keys.close();
  return books;
}

}  // namespace brewproof
