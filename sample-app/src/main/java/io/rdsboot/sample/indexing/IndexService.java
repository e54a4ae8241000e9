package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import io.rdsboot.sample.documents.IndexLock;
import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.documents.SourceStore;
import io.rdsboot.sample.documents.SourceSummary;
import io.rdsboot.sample.embedding.Embedding;
import io.rdsboot.sample.text.SourceType;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Indexes a directory, in one transaction: searches see all of the old index, then all of
 * the new one.
 */
@Service
class IndexService {

	private final SourceFileFinder finder;

	private final SourceFileReader reader;

	private final SourceStore sources;

	private final Embedding embedding;

	private final IndexLock lock;

	IndexService(SourceFileFinder finder, SourceFileReader reader, SourceStore sources, Embedding embedding,
			IndexLock lock) {
		this.finder = finder;
		this.reader = reader;
		this.sources = sources;
		this.embedding = embedding;
		this.lock = lock;
	}

	/**
	 * Stores all files below a directory, and removes what was stored of files that are
	 * no longer there. All else is embedded anew, as the embedding learns from the new
	 * whole.
	 * @param directory a directory, at or below the root
	 * @param progress is told how far the work is
	 * @throws IOException if the directory cannot be read
	 */
	@Transactional(rollbackFor = IOException.class)
	public void index(Path directory, IndexProgress progress) throws IOException {
		this.lock.lockForJob();
		List<SourceFile> files = this.finder.find(directory, progress);
		progress.found(files.size());
		List<SourceSummary> others = this.sources.findAll()
			.stream()
			.filter((source) -> !isBelow(directory, source))
			.toList();
		this.embedding
			.learn(() -> Stream
				.concat(files.stream().flatMap((file) -> read(file, progress).stream()).flatMap(IndexService::texts),
						others.stream().flatMap((source) -> this.sources.embeddableTexts(source).stream()))
				.iterator());
		progress.storing();
		Set<String> stored = new HashSet<>();
		for (SourceFile file : files) {
			Optional<Source> source = read(file, progress);
			source.ifPresent(this.sources::save);
			source.ifPresent((saved) -> stored.add(saved.name()));
			progress.stored(source.map((saved) -> saved.passages().size()).orElse(0));
		}
		this.sources.findAll()
			.stream()
			.filter((source) -> isBelow(directory, source) && !stored.contains(source.name()))
			.forEach(this.sources::remove);
		others.forEach(this.sources::embedAgain);
	}

	private Optional<Source> read(SourceFile file, IndexProgress progress) {
		if (Thread.currentThread().isInterrupted()) {
			throw new CancellationException("The service stops");
		}
		try {
			return Optional.of(this.reader.read(file));
		}
		catch (UnreadableFileException ex) {
			progress.failed(file.name(), ex.reason());
			return Optional.empty();
		}
	}

	private boolean isBelow(Path directory, SourceSummary source) {
		String name = this.finder.name(directory);
		return source.type() != SourceType.NOTE && (name.isEmpty() || source.name().startsWith(name + "/"));
	}

	private static Stream<String> texts(Source source) {
		return source.passages().stream().map((passage) -> passage.embeddable(source.title()));
	}

}
