package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJpaTest} with a local cluster. Its tables stay until the context is closed,
 * at the end of the JVM, so that they have a schema of their own: Flyway, in the other
 * slices, expects the default one to be empty.
 */
@DataJpaTest(properties = { "spring.jpa.hibernate.ddl-auto=create-drop", "spring.flyway.enabled=false",
		"spring.jpa.properties.hibernate.default_schema=entities",
		"spring.jpa.properties.hibernate.hbm2ddl.create_namespaces=true" })
@LocalRds(database = "slice")
class DataJpaSliceTests {

	@Test
	void entityIsStoredInTheLocalCluster(@Autowired DataSource dataSource, @Autowired TestEntityManager entities,
			LocalRdsCluster cluster) throws SQLException {
		assertThat(Server.url(dataSource)).contains(":" + cluster.writer().port() + "/");
		Note note = new Note();
		note.setId(1L);
		note.setText("stored");
		entities.persistAndFlush(note);
		entities.clear();
		assertThat(entities.find(Note.class, 1L)).extracting(Note::getText).isEqualTo("stored");
	}

}
