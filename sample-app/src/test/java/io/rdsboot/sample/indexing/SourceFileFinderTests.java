package io.rdsboot.sample.indexing;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SourceFileFinderTests {

	private final IndexProgress progress = IndexProgress.start("", System::nanoTime);

	@TempDir
	private Path root;

	@Test
	void findReturnsTextFilesByNameAndLeavesOutTheRest() throws Exception {
		write("b/Main.java", "a.md", "b/c/page.HTML", "notes.txt", "image.png", "target/out.md", ".git/HEAD.txt",
				"web/node_modules/x/readme.md", ".github/workflow.md");
		Files.createSymbolicLink(this.root.resolve("link.md"), this.root.resolve("a.md"));
		assertThat(new IndexingFixture(this.root).finder.find(this.root.toRealPath(), this.progress))
			.extracting(SourceFile::name)
			.containsExactly("a.md", "b/Main.java", "b/c/page.HTML", "notes.txt");
	}

	@Test
	void findWhenBelowRootNamesFilesFromRoot() throws Exception {
		write("a.md", "docs/b.md");
		assertThat(new IndexingFixture(this.root).finder.find(this.root.toRealPath().resolve("docs"), this.progress))
			.extracting(SourceFile::name)
			.containsExactly("docs/b.md");
	}

	@Test
	void findWhenThereAreTooManyFilesThrows() throws Exception {
		for (int i = 0; i <= 50; i++) {
			write(i + ".txt");
		}
		IndexingFixture fixture = new IndexingFixture(this.root);
		assertThatIllegalStateException().isThrownBy(() -> fixture.finder.find(fixture.directory.root(), this.progress))
			.withMessage("More than 50 files below %s: name a directory with fewer, or raise sample.index.max-files",
					this.root.toRealPath());
	}

	private void write(String... names) throws Exception {
		for (String name : names) {
			Path path = this.root.resolve(name);
			Files.createDirectories(path.getParent());
			Files.writeString(path, "text");
		}
	}

}
