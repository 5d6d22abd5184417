package io.earwitness.search;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.VendorDatum;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.util.BytesRef;

/** Turns a call of the catalog into a document of the index. */
final class CallDocument {
  private static final Pattern ENCLOSING = Pattern.compile("[\\s<>\",;=()]+");
  private static final int MAX_WORDS = 40;
  private static final int SHORTEST_WORD = 4;

  private CallDocument() {}

  static Document of(CallEntry entry) {
    CallSummary call = entry.summary();
    Document document = new Document();
    String id = call.id().toString();
    document.add(new StringField(Fields.ID, id, Store.YES));
    document.add(new SortedDocValuesField(Fields.ID, new BytesRef(id)));
    keyword(document, Fields.TENANT, call.tenant().value());
    keyword(document, Fields.STATE, call.state().wireName());
    keyword(document, Fields.DIRECTION, call.direction().wireName());
    document.add(new LongField(Fields.START, call.start().toEpochMilli(), Store.NO));
    Duration duration = call.duration();
    document.add(
        new LongField(Fields.DURATION, duration == null ? 0 : duration.toMillis(), Store.NO));
    for (CallFlag flag : call.flags()) {
      keyword(document, Fields.FLAG, flag.wireName());
    }
    if (entry.archive() != null && entry.archive().announcement() != null) {
      keyword(document, Fields.ANNOUNCEMENT, entry.archive().announcement().verdict().wireName());
    }
    for (String callId : call.callIds()) {
      keyword(document, Fields.CALL_ID, callId.toLowerCase(Locale.ROOT));
    }
    for (VendorDatum datum : call.vendorData()) {
      add(document, datum);
    }
    for (String tag : entry.tags()) {
      keyword(document, Fields.TAG, tag);
    }
    for (Party party : call.parties()) {
      add(document, party);
    }
    return document;
  }

  /** As it came, without its parameters, and each word of it, without what encloses it. */
  private static void add(Document document, VendorDatum datum) {
    Set<String> terms = new LinkedHashSet<>();
    String value = datum.value().strip().toLowerCase(Locale.ROOT);
    terms.add(value);
    terms.add(value.split(";", 2)[0].strip());
    for (String word : ENCLOSING.split(value, MAX_WORDS)) {
      if (word.length() >= SHORTEST_WORD) {
        terms.add(word);
      }
    }
    terms.forEach(term -> keyword(document, Fields.CALL_ID, term));
  }

  private static void add(Document document, Party party) {
    if (party.number() != null) {
      String digits = digits(party.number());
      keyword(document, Fields.NUMBER, digits);
      keyword(document, Fields.NUMBER_REVERSED, reversed(digits));
    }
    if (party.name() != null) {
      document.add(new TextField(Fields.NAME, party.name(), Store.NO));
    }
    if (party.aor() != null) {
      keyword(document, Fields.CALL_ID, party.aor().toLowerCase(Locale.ROOT));
    }
    if (party.userId() != null) {
      keyword(document, Fields.USER, party.userId());
    }
    for (String team : party.teamIds()) {
      keyword(document, Fields.TEAM, team);
    }
  }

  private static void keyword(Document document, String field, String value) {
    // Lucene refuses terms over 32,766 bytes; nobody searches for one of them.
    if (!value.isEmpty() && value.length() <= 1_000) {
      document.add(new StringField(field, value, Store.NO));
    }
  }

  /**
   * The digits of a number as people write it: blanks, hyphens, brackets and a plus are dropped.
   */
  static String digits(String number) {
    StringBuilder digits = new StringBuilder(number.length());
    number.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
    return digits.toString();
  }

  static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
