package io.rdsboot.sample.embedding;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TokenizerTests {

	@Test
	void wordsWhenCamelCaseAreItsPartsAndTheWhole() {
		assertThat(Tokenizer.words("ReadWriteRoutingDataSource readsURLs")).containsExactly("read", "write", "routing",
				"data", "source", "readwriteroutingdatasource", "reads", "ur", "ls", "readsurls");
	}

	@Test
	void wordsAreSplitAtPunctuationAndNormalized() {
		assertThat(Tokenizer.words("ef_search=40; \uFB01ne, Größe — a naïve 数据库")).containsExactly("ef", "search", "40",
				"fine", "größe", "naïve", "数据库");
	}

	@Test
	void wordsWhenThereAreNoneAreEmpty() {
		assertThat(Tokenizer.words(" ?! ")).isEmpty();
	}

}
