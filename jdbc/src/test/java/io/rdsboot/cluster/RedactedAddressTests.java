package io.rdsboot.cluster;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedactedAddress}.
 */
class RedactedAddressTests {

	@ParameterizedTest
	@CsvSource({ "db.example.com:5432, db.example.com:5432", "[::1]:5432, [::1]:5432", "db:port, db:port",
			"my host, my host", "jdbc:postgresql://db/app, jdbc:postgresql://db/app",
			"jdbc:postgresql://app:hunter2@db/app, jdbc:postgresql://***@db/app",
			"postgres://app:hunter2@db:5432/app?sslmode=require, postgres://***@db:5432/app?sslmode=***",
			"JDBC:POSTGRESQL://app:hunter2@db, JDBC:POSTGRESQL://***@db", "app:hunter2@db/app, ***@db/app",
			"jdbc:postgresql:app:hunter2@db, jdbc:postgresql:***@db", "app@db, ***@db",
			"app:hun@ter2@db:5432, ***@db:5432", "app:hun/t?e#r=2@db, ***@db", "app%3Ahunter2%40db, ***@db",
			"db?user=app&password=hunter2, db?user=***", "db?password%3Dhunter2, db?password=***",
			"jdbc:postgresql://db/app?user=me@corp&password=hunter2, jdbc:postgresql://***@corp&password=***",
			"host=db user=app password=hunter2, host=***" })
	void secretsAreNotShown(String text, String shown) {
		assertThat(RedactedAddress.of(text)).isEqualTo(shown);
	}

	@ParameterizedTest
	@ValueSource(strings = { "app:hunter2@db", "app@db", "postgres://app:hunter2@db/app",
			"jdbc:postgresql://app:hun?ter2@db/app?sslmode=require", "app%3Ahunter2%40db" })
	void userInfoIsFound(String text) {
		assertThat(RedactedAddress.hasUserInfo(text)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "db", "db:5432", "jdbc:postgresql://db/app?user=me@corp", "[::1]" })
	void addressesHaveNone(String text) {
		assertThat(RedactedAddress.hasUserInfo(text)).isFalse();
	}

}
