package io.rdsboot.sample.indexing;

import java.nio.file.Files;
import java.nio.file.Path;

import io.rdsboot.sample.web.InvalidParameterException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class IndexDirectoryTests {

	private Path root;

	private IndexDirectory directory;

	@BeforeEach
	void setUp(@TempDir Path temp) throws Exception {
		this.root = Files.createDirectory(temp.toRealPath().resolve("root"));
		Files.createDirectory(this.root.resolve("docs"));
		Files.writeString(this.root.resolve("file.md"), "text");
		Files.createDirectory(temp.resolve("rootless"));
		Files.createSymbolicLink(this.root.resolve("link"), temp.resolve("rootless"));
		this.directory = new IndexingFixture(this.root).directory;
	}

	@Test
	void resolveWhenBelowRootReturnsRealPath() {
		assertThat(this.directory.resolve("docs")).isEqualTo(this.root.resolve("docs"));
		assertThat(this.directory.resolve(this.root + "/docs/../docs")).isEqualTo(this.root.resolve("docs"));
		assertThat(this.directory.resolve(null)).isEqualTo(this.root);
		assertThat(this.directory.resolve(" ")).isEqualTo(this.root);
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", "../rootless", "/etc", "link", "docs/../..", "missing", "file.md", "a\0b" })
	void resolveWhenNoDirectoryBelowRootThrows(String name) {
		assertThatExceptionOfType(InvalidParameterException.class).isThrownBy(() -> this.directory.resolve(name))
			.satisfies((ex) -> assertThat(ex.getBody().getDetail())
				.isEqualTo("Parameter 'directory' is '%s': name a directory below %s", name, this.root));
	}

	@Test
	void constructorWhenNotConfiguredFindsRepositoryOfWorkingDirectory() throws Exception {
		assertThat(new IndexingFixture(null).directory.root()).satisfies((path) -> {
			assertThat(path.resolve(".git")).exists();
			assertThat(Path.of("").toRealPath()).startsWith(path);
		});
	}

	@Test
	void constructorWhenConfiguredDirectoryIsMissingThrows() {
		assertThatIllegalStateException().isThrownBy(() -> new IndexingFixture(this.root.resolve("missing")))
			.withMessage("The property sample.index.directory is '%s/missing', which is no directory", this.root);
	}

}
