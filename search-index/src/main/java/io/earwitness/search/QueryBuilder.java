package io.earwitness.search;

import io.earwitness.access.CallScope;
import io.earwitness.call.CallFlag;
import io.earwitness.call.RecordingId;
import io.earwitness.call.WireName;
import io.earwitness.search.CallSearch.Query;
import io.earwitness.search.CallSearch.Tagged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Turns a scope and a query into one Lucene query. */
final class QueryBuilder {
  private static final Pattern NUMBER_PATTERN = Pattern.compile("\\*?\\+?[0-9][0-9 ()./-]*\\*?");

  private final Analyzer analyzer;

  QueryBuilder(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  org.apache.lucene.search.Query build(CallScope scope, Query query) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(scope(scope), Occur.FILTER);
    if (query.text() != null) {
      for (List<String> run : FreeText.runs(query.text())) {
        all.add(run(run), Occur.FILTER);
      }
    }
    if (query.from() != null || query.to() != null) {
      all.add(start(query), Occur.FILTER);
    }
    if (query.number() != null) {
      all.add(number(query.number()), Occur.FILTER);
    }
    term(all, Fields.USER, query.person());
    term(all, Fields.TEAM, query.team());
    term(all, Fields.DIRECTION, query.direction() == null ? null : query.direction().wireName());
    term(
        all,
        Fields.CALL_ID,
        query.callId() == null ? null : query.callId().toLowerCase(Locale.ROOT));
    if (query.minDuration() != null || query.maxDuration() != null) {
      all.add(duration(query), Occur.FILTER);
    }
    if (!query.states().isEmpty()) {
      all.add(anyOf(Fields.STATE, wireNames(query.states())), Occur.FILTER);
    }
    for (String flag : wireNames(query.flags())) {
      term(all, Fields.FLAG, flag);
    }
    if (!query.announcements().isEmpty()) {
      all.add(anyOf(Fields.ANNOUNCEMENT, wireNames(query.announcements())), Occur.FILTER);
    }
    Tagged tagged = query.tagged();
    if (tagged != null) {
      all.add(scope(tagged.seenOn()), Occur.FILTER);
      for (String tag : tagged.tags()) {
        term(all, Fields.TAG, tag);
      }
    }
    return all.build();
  }

  org.apache.lucene.search.Query scope(CallScope scope) {
    org.apache.lucene.search.Query tenant =
        new TermQuery(new Term(Fields.TENANT, scope.tenant().value()));
    if (!scope.withBlocked()) {
      tenant =
          new BooleanQuery.Builder()
              .add(tenant, Occur.FILTER)
              .add(
                  new TermQuery(new Term(Fields.FLAG, CallFlag.WRONG_TENANT.wireName())),
                  Occur.MUST_NOT)
              .build();
    }
    return switch (scope) {
      case CallScope.WholeTenant _ -> tenant;
      case CallScope.Of of when of.isEmpty() -> new MatchNoDocsQuery("sees no calls at all");
      case CallScope.Of of ->
          new BooleanQuery.Builder()
              .add(tenant, Occur.FILTER)
              .add(
                  new BooleanQuery.Builder()
                      .add(anyOf(Fields.USER, of.userIds()), Occur.SHOULD)
                      .add(anyOf(Fields.TEAM, of.teamIds()), Occur.SHOULD)
                      .add(
                          anyOf(
                              Fields.ID,
                              of.recordings().stream().map(RecordingId::toString).toList()),
                          Occur.SHOULD)
                      .build(),
                  Occur.FILTER)
              .build();
    };
  }

  /** One number that is written with blanks, or else each word for itself. */
  private org.apache.lucene.search.Query run(List<String> words) {
    if (words.size() == 1) {
      return word(words.getFirst());
    }
    BooleanQuery.Builder each = new BooleanQuery.Builder();
    for (String word : words) {
      each.add(word(word), Occur.FILTER);
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    any.add(each.build(), Occur.SHOULD);
    addNumber(any, String.join(" ", words));
    return any.build();
  }

  /** A word of the free text: part of a name, the begin or end of a number, or one of the ids. */
  private org.apache.lucene.search.Query word(String word) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    any.add(new TermQuery(new Term(Fields.CALL_ID, word.toLowerCase(Locale.ROOT))), Occur.SHOULD);
    any.add(new TermQuery(new Term(Fields.ID, word.toLowerCase(Locale.ROOT))), Occur.SHOULD);
    addNumber(any, word);
    List<String> tokens = tokens(word);
    if (!tokens.isEmpty()) {
      BooleanQuery.Builder name = new BooleanQuery.Builder();
      for (String token : tokens) {
        name.add(new PrefixQuery(new Term(Fields.NAME, token)), Occur.FILTER);
      }
      any.add(name.build(), Occur.SHOULD);
    }
    return any.build();
  }

  private static void addNumber(BooleanQuery.Builder any, String text) {
    org.apache.lucene.search.Query number = WrittenNumber.query(text);
    if (number != null) {
      any.add(number, Occur.SHOULD);
    }
  }

  private List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream(Fields.NAME, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        tokens.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reads from a string: can't happen
    }
    return tokens;
  }

  private static org.apache.lucene.search.Query start(Query query) {
    Instant from = query.from() == null ? Instant.EPOCH : query.from();
    long last = query.to() == null ? Long.MAX_VALUE : query.to().toEpochMilli() - 1;
    if (from.toEpochMilli() > last) {
      throw new IllegalArgumentException(
          "from (%s) is not before to (%s)".formatted(query.from(), query.to()));
    }
    return LongField.newRangeQuery(Fields.START, from.toEpochMilli(), last);
  }

  private static org.apache.lucene.search.Query duration(Query query) {
    Duration least = query.minDuration();
    Duration most = query.maxDuration();
    long from = least == null ? 0 : least.toMillis();
    long to = most == null ? Long.MAX_VALUE : most.toMillis();
    if (from < 0 || from > to) {
      throw new IllegalArgumentException(
          "minDuration (%s) and maxDuration (%s) enclose nothing".formatted(least, most));
    }
    return LongField.newRangeQuery(Fields.DURATION, from, to);
  }

  private static org.apache.lucene.search.Query number(String number) {
    if (!NUMBER_PATTERN.matcher(number).matches()) {
      throw new IllegalArgumentException(
          "number '%s' is no number: digits, with * behind them (begins with) or before (ends with)"
              .formatted(number));
    }
    String digits = CallDocument.digits(number);
    boolean begins = number.endsWith("*");
    boolean ends = number.startsWith("*");
    if (begins && ends) {
      throw new IllegalArgumentException("number '%s': use * at one end only".formatted(number));
    }
    if (begins) {
      return WrittenNumber.beginsWith(digits);
    }
    if (ends) {
      return WrittenNumber.endsWith(digits);
    }
    return new TermQuery(new Term(Fields.NUMBER, digits));
  }

  private static void term(BooleanQuery.Builder all, String field, @Nullable String value) {
    if (value != null) {
      all.add(new TermQuery(new Term(field, value)), Occur.FILTER);
    }
  }

  private static org.apache.lucene.search.Query anyOf(String field, Collection<String> values) {
    return values.isEmpty()
        ? new MatchNoDocsQuery()
        : new TermInSetQuery(field, values.stream().map(BytesRef::new).toList());
  }

  private static List<String> wireNames(Set<? extends WireName> names) {
    return names.stream().map(WireName::wireName).toList();
  }
}
