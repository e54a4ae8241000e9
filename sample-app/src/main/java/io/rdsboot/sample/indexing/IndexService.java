package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.documents.SourceStore;
import io.rdsboot.sample.documents.SourceSummary;
import io.rdsboot.sample.documents.SourceWriter;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.vector.text.TextEmbedder;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * Indexes a directory, file by file: what is stored is found at once. A file that has not
 * changed is not embedded again.
 */
@Service
class IndexService {

	/**
	 * Texts for people come first, because they answer most questions.
	 */
	private static final Comparator<SourceFile> ORDER = Comparator.comparing(SourceFile::type)
		.thenComparing(SourceFile::name);

	private final SourceFileFinder finder;

	private final SourceFileReader reader;

	private final SourceStore sources;

	private final SourceWriter writer;

	private final TextEmbedder embedder;

	IndexService(SourceFileFinder finder, SourceFileReader reader, SourceStore sources, SourceWriter writer,
			TextEmbedder embedder) {
		this.finder = finder;
		this.reader = reader;
		this.sources = sources;
		this.writer = writer;
		this.embedder = embedder;
	}

	/**
	 * Stores the files below a directory that are new or have changed, and removes what
	 * was stored of files that are no longer there. What another model has embedded is
	 * embedded again. What is stored when the job fails stays; the next one goes on from
	 * there.
	 * @param directory a directory, at or below the root
	 * @param progress is told how far the work is
	 * @throws IOException if the directory cannot be read
	 */
	void index(Path directory, IndexProgress progress) throws IOException {
		Map<String, String> stored = this.sources.fingerprints();
		List<SourceFile> files = new ArrayList<>(this.finder.find(directory, progress));
		files.sort(ORDER);
		progress.found(files.size());
		Set<String> present = new HashSet<>();
		for (SourceFile file : files) {
			try {
				store(file, stored.get(file.name()), progress);
				present.add(file.name());
			}
			catch (UnreadableFileException ex) {
				progress.failed(file.name(), ex.reason());
				progress.stored(0);
			}
		}
		for (SourceSummary source : this.sources.findAll()) {
			if (isBelow(directory, source) && !present.contains(source.name())) {
				this.sources.remove(source);
			}
			else if (source.type() == SourceType.NOTE && !this.embedder.model().equals(stored.get(source.name()))) {
				this.writer.write(this.sources.read(source), this.embedder.model());
			}
		}
	}

	private void store(SourceFile file, @Nullable String stored, IndexProgress progress)
			throws UnreadableFileException {
		if (Thread.currentThread().isInterrupted()) {
			throw new CancellationException("The service stops");
		}
		String fingerprint = this.reader.fingerprint(file, this.embedder.model());
		if (fingerprint.equals(stored)) {
			progress.unchanged();
			return;
		}
		Source source = this.reader.read(file);
		this.writer.write(source, fingerprint);
		progress.stored(source.passages().size());
	}

	private boolean isBelow(Path directory, SourceSummary source) {
		String name = this.finder.name(directory);
		return source.type() != SourceType.NOTE && (name.isEmpty() || source.name().startsWith(name + "/"));
	}

}
