package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.rdsboot.sample.text.PassageSplitter;
import io.rdsboot.sample.text.TextExtractor;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.util.unit.DataSize;

/**
 * The part of the application that reads files, without a database.
 */
final class IndexingFixture {

	final IndexProperties properties;

	final IndexDirectory directory;

	final SourceFileFinder finder;

	private SourceFileReader reader;

	IndexingFixture(Path directory) throws IOException {
		this.properties = new IndexProperties(directory, false, 50, DataSize.ofKilobytes(64), 800, 100);
		this.directory = new IndexDirectory(this.properties);
		this.finder = new SourceFileFinder(this.directory, this.properties);
	}

	SourceFileReader reader() {
		if (this.reader == null) {
			new ApplicationContextRunner().withUserConfiguration(TextConfiguration.class).run((context) -> {
				List<TextExtractor> extractors = context.getBeanProvider(TextExtractor.class).stream().toList();
				this.reader = new SourceFileReader(extractors, new PassageSplitter(800, 100), this.properties);
			});
		}
		return this.reader;
	}

	@ComponentScan(basePackageClasses = TextExtractor.class)
	static class TextConfiguration {

	}

}
