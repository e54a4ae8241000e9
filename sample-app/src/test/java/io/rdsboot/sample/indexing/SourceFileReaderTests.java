package io.rdsboot.sample.indexing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.SourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SourceFileReaderTests {

	@TempDir
	private Path root;

	@Test
	void readWhenMarkdownHasHeadingMakesPassageOfIt() throws Exception {
		Source source = read("a.md", "\ufeff# Pools\nA pool.".getBytes(StandardCharsets.UTF_8));
		assertThat(source.title()).isEqualTo("a.md");
		assertThat(source.passages()).containsExactly(new Passage(0, "Pools", "A pool."));
	}

	@Test
	void readWhenEmptyHasNoPassages() throws Exception {
		assertThat(read("a.java", new byte[0]).passages()).isEmpty();
	}

	@Test
	void readWhenNotUtf8Throws() {
		assertUnreadable("a.txt", "Größe".getBytes(StandardCharsets.ISO_8859_1), "not UTF-8");
	}

	@Test
	void readWhenBinaryThrows() {
		assertUnreadable("a.txt", new byte[] { 'a', 0, 'b' }, "binary, not text");
	}

	@Test
	void readWhenTooLargeThrows() {
		assertUnreadable("a.md", new byte[64 * 1024 + 1], "larger than 64 KB (sample.index.max-file-size)");
	}

	@Test
	void readWhenNestedTooDeeplyThrows() {
		byte[] nested = ("class A { int a = " + "(".repeat(30_000) + "1" + ")".repeat(30_000) + "; }")
			.getBytes(StandardCharsets.UTF_8);
		assertUnreadable("A.java", nested, "cannot be parsed (StackOverflowError)");
	}

	@Test
	void readWhenMissingThrows() {
		assertThatExceptionOfType(UnreadableFileException.class)
			.isThrownBy(() -> new IndexingFixture(this.root).reader()
				.read(new SourceFile(this.root.resolve("a.md"), "a.md", SourceType.MARKDOWN)))
			.withMessage("cannot be read (NoSuchFileException)");
	}

	private void assertUnreadable(String name, byte[] content, String reason) {
		assertThatExceptionOfType(UnreadableFileException.class).isThrownBy(() -> read(name, content))
			.withMessage(reason);
	}

	private Source read(String name, byte[] content) throws Exception {
		Path path = Files.write(this.root.resolve(name), content);
		return new IndexingFixture(this.root).reader()
			.read(new SourceFile(path, name, SourceType.ofFileName(name).orElseThrow()));
	}

}
