package io.earwitness.search;

import io.earwitness.access.CallScope;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index on this machine's disk. It holds nothing that the catalog does not: a missing, damaged
 * or outdated one is begun anew and filled again from the change feed. Thread-safe.
 */
public final class CallIndex implements CallSearch, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallIndex.class);
  private static final String COMMIT_FORMAT = "format";
  private static final String COMMIT_EPOCH = "epoch";
  private static final String COMMIT_POSITION = "position";

  private final IndexFiles files;
  private final QueryBuilder queries;
  private String epoch = "";
  private long position;

  /**
   * Opens the index in a folder, or makes one.
   *
   * @throws IOException if the folder can't be written
   */
  public CallIndex(Path folder) throws IOException {
    this(FSDirectory.open(Files.createDirectories(folder)));
  }

  CallIndex(Directory directory) throws IOException {
    Analyzer analyzer = new NameAnalyzer();
    this.queries = new QueryBuilder(analyzer);
    this.files = new IndexFiles(directory, analyzer);
    takeUp();
  }

  /** Goes on where the last commit ended. */
  private void takeUp() throws IOException {
    Map<String, String> data = files.commitData();
    if (!Fields.FORMAT.equals(data.get(COMMIT_FORMAT))) {
      files.writer().deleteAll();
      data = Map.of();
    }
    epoch = data.getOrDefault(COMMIT_EPOCH, "");
    position = Long.parseLong(data.getOrDefault(COMMIT_POSITION, "0"));
  }

  /** The position of the last change that it covers, as it is now. */
  public synchronized long reached() {
    return position;
  }

  /**
   * Up to which change of which epoch the index is complete. After a failure of the disk that is
   * less than before; whoever asks each time before reading changes skips none.
   */
  synchronized long position(String wantedEpoch) throws IOException {
    if (files.reopenIfFailed()) {
      takeUp();
    }
    if (!epoch.equals(wantedEpoch)) {
      if (!epoch.isEmpty()) {
        LOG.info("the catalog has a new epoch; the search index is built anew");
      }
      files.writer().deleteAll();
      epoch = wantedEpoch;
      position = 0;
    }
    return position;
  }

  /**
   * Brings calls up to date and makes them findable.
   *
   * @param ids every id that changed; one that is not among {@code entries}, or was disposed of, is
   *     removed
   * @param upTo the position of the last change that this covers
   */
  synchronized void apply(List<RecordingId> ids, List<CallEntry> entries, long upTo)
      throws IOException {
    IndexWriter writer = files.writer();
    Map<RecordingId, CallEntry> present = new java.util.HashMap<>();
    entries.stream()
        .filter(entry -> entry.summary().state() != CallState.DISPOSED)
        .forEach(entry -> present.put(entry.summary().id(), entry));
    for (RecordingId id : ids) {
      Term term = new Term(Fields.ID, id.toString());
      CallEntry entry = present.get(id);
      if (entry == null) {
        writer.deleteDocuments(term);
      } else {
        writer.updateDocument(term, CallDocument.of(entry));
      }
    }
    files.refresh();
    position = upTo;
  }

  /** Writes the index and the position it stands for to the disk. */
  synchronized void commit() throws IOException {
    IndexWriter writer = files.writer();
    writer.setLiveCommitData(
        Map.of(
                COMMIT_FORMAT,
                Fields.FORMAT,
                COMMIT_EPOCH,
                epoch,
                COMMIT_POSITION,
                Long.toString(position))
            .entrySet());
    writer.commit();
  }

  @Override
  public Page search(CallScope scope, Query query) {
    if (query.limit() < 1 || query.limit() > 500) {
      throw new IllegalArgumentException("limit %d is not in 1..500".formatted(query.limit()));
    }
    org.apache.lucene.search.Query built = queries.build(scope, query);
    Cursor cursor = query.cursor() == null ? null : Cursor.decode(query.cursor(), query.sort());
    return with(searcher -> page(searcher, built, query, cursor));
  }

  private static Page page(
      IndexSearcher searcher,
      org.apache.lucene.search.Query built,
      Query query,
      @Nullable Cursor cursor)
      throws IOException {
    FieldDoc after = null;
    if (cursor != null) {
      // Lucene compares the document number only where all values are equal, as no two calls are.
      int last = Math.max(1, searcher.getIndexReader().maxDoc()) - 1;
      after = new FieldDoc(last, 0, new Object[] {cursor.value(), new BytesRef(cursor.id())});
    }
    TopFieldDocs hits =
        searcher.search(
            built,
            new TopFieldCollectorManager(
                order(query.sort()), query.limit(), after, Integer.MAX_VALUE));
    List<RecordingId> ids = new ArrayList<>(hits.scoreDocs.length);
    String id = "";
    for (var hit : hits.scoreDocs) {
      id = ((BytesRef) ((FieldDoc) hit).fields[1]).utf8ToString();
      ids.add(RecordingId.parse(id));
    }
    String next = null;
    if (hits.scoreDocs.length == query.limit()) {
      FieldDoc last = (FieldDoc) hits.scoreDocs[hits.scoreDocs.length - 1];
      next = new Cursor(query.sort(), (Long) last.fields[0], id).encode();
    }
    return new Page(ids, next, hits.totalHits.value(), true);
  }

  private static org.apache.lucene.search.Sort order(Sort sort) {
    SortField first =
        switch (sort) {
          case NEWEST_FIRST -> IndexFiles.byNumber(Fields.START, true);
          case OLDEST_FIRST -> IndexFiles.byNumber(Fields.START, false);
          case LONGEST_FIRST -> IndexFiles.byNumber(Fields.DURATION, true);
        };
    return new org.apache.lucene.search.Sort(
        first, new SortField(Fields.ID, SortField.Type.STRING, sort != Sort.OLDEST_FIRST));
  }

  @Override
  public boolean includes(CallScope scope, RecordingId id) {
    BooleanQuery one =
        new BooleanQuery.Builder()
            .add(queries.scope(scope), Occur.FILTER)
            .add(new TermQuery(new Term(Fields.ID, id.toString())), Occur.FILTER)
            .build();
    return with(searcher -> searcher.count(one) > 0);
  }

  private <T> T with(IndexFiles.Search<T> search) {
    try {
      return files.search(search);
    } catch (IOException e) {
      throw new UncheckedIOException("the search index can't be read", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try (files) {
      if (files.writer().isOpen()) {
        commit();
      }
    }
  }

  /** Words of names: case and accents don't matter; no word is dropped. */
  private static final class NameAnalyzer extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      StandardTokenizer words = new StandardTokenizer();
      return new TokenStreamComponents(words, new ASCIIFoldingFilter(new LowerCaseFilter(words)));
    }

    @Override
    protected TokenStream normalize(String field, TokenStream in) {
      return new ASCIIFoldingFilter(new LowerCaseFilter(in));
    }
  }
}
