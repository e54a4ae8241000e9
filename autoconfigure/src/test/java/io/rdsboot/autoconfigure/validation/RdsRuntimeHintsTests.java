package io.rdsboot.autoconfigure.validation;

import java.sql.PreparedStatement;
import java.util.List;

import io.rdsboot.autoconfigure.vector.VectorRepositoryProperties;
import io.rdsboot.pool.login.AddressChoiceSocketFactory;
import io.rdsboot.tls.TlsSocketFactory;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RdsRuntimeHints}.
 */
class RdsRuntimeHintsTests {

	@Test
	void hintsKeepWhatNobodyRefersTo() {
		RuntimeHints hints = new RuntimeHints();
		new RdsRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onType(TlsSocketFactory.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(AddressChoiceSocketFactory.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(VectorRepositoryProperties.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(PreparedStatement.class)).accepts(hints);
		for (String authorities : List.of("rds-authorities.pem", "amazon-authorities.pem")) {
			assertThat(RuntimeHintsPredicates.resource().forResource("io/rdsboot/tls/" + authorities)).accepts(hints);
		}
	}

}
