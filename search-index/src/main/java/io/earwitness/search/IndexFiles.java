package io.earwitness.search;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the index: the one writer and the searchers that follow it. Lucene closes a writer
 * for good when it could not write (a full disk); such a one can be replaced here. Searching is for
 * any thread, all else for one at a time.
 */
final class IndexFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFiles.class);

  private final Directory directory;
  private final String place;
  private final Analyzer analyzer;
  private IndexWriter writer;

  /** Guards {@code searchers}, so that no searcher is taken from a manager that was closed. */
  private final Object taking = new Object();

  private SearcherManager searchers;

  /** Opens the index, or makes one; one that can't be read is begun anew. */
  IndexFiles(Directory directory, Analyzer analyzer) throws IOException {
    this.directory = directory;
    this.place =
        FilterDirectory.unwrap(directory) instanceof FSDirectory folder
            ? folder.getDirectory().toString()
            : directory.toString();
    this.analyzer = analyzer;
    this.writer = open();
    this.searchers = new SearcherManager(writer, null);
  }

  private IndexWriter open() throws IOException {
    try {
      return new IndexWriter(directory, config());
    } catch (LockObtainFailedException e) {
      throw new IOException(
          "the search index in %s is in use by another process; stop it first".formatted(place), e);
    } catch (IOException | IllegalArgumentException e) {
      return anew(e);
    }
  }

  private IndexWriter anew(Exception why) throws IOException {
    LOG.warn("the search index in {} can't be read and is built anew: {}", place, why.toString());
    for (String file : directory.listAll()) {
      if (file.startsWith(IndexFileNames.SEGMENTS)
          || file.startsWith(IndexFileNames.PENDING_SEGMENTS)
          || IndexFileNames.CODEC_FILE_PATTERN.matcher(file).matches()) {
        directory.deleteFile(file);
      }
    }
    return new IndexWriter(directory, config());
  }

  private IndexWriterConfig config() {
    return new IndexWriterConfig(analyzer)
        .setIndexSort(new Sort(byNumber(Fields.START, true)))
        .setRAMBufferSizeMB(32);
  }

  static SortField byNumber(String field, boolean descending) {
    return LongField.newSortField(field, descending, SortedNumericSelector.Type.MIN);
  }

  /**
   * Goes back to the last commit if the writer has failed. Until then searches see what they saw.
   *
   * @return whether it had failed
   * @throws IOException if the files can't be opened yet
   */
  boolean reopenIfFailed() throws IOException {
    if (writer.isOpen() && writer.getTragicException() == null) {
      return false;
    }
    LOG.warn(
        "the search index in {} could not be written and goes back to its last commit: {}",
        place,
        String.valueOf(writer.getTragicException()));
    // Waits for whoever is closing it: the failure may have been a merge's, on a thread of its own.
    writer.rollback();
    IndexWriter opened = reopen();
    SearcherManager fresh;
    try {
      fresh = new SearcherManager(opened, null);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(opened::rollback);
      throw e;
    }
    writer = opened;
    synchronized (taking) {
      IOUtils.closeWhileHandlingException(searchers);
      searchers = fresh;
    }
    return true;
  }

  private IndexWriter reopen() throws IOException {
    try {
      return new IndexWriter(directory, config());
    } catch (CorruptIndexException e) {
      return anew(e);
    }
  }

  IndexWriter writer() {
    return writer;
  }

  /** What was written beside the last commit. */
  Map<String, String> commitData() {
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data == null) {
      return Map.of();
    }
    Map<String, String> copy = new HashMap<>();
    data.forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
    return copy;
  }

  /** Lets searches see what was written. */
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /** A question to the index. */
  @FunctionalInterface
  interface Search<T> {
    T run(IndexSearcher searcher) throws IOException;
  }

  <T> T search(Search<T> search) throws IOException {
    SearcherManager manager;
    IndexSearcher searcher;
    synchronized (taking) {
      manager = searchers;
      searcher = manager.acquire();
    }
    try {
      return search.run(searcher);
    } finally {
      manager.release(searcher);
    }
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(searchers, writer, directory);
  }
}
