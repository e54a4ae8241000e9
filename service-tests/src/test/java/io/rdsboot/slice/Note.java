package io.rdsboot.slice;

import jakarta.persistence.Entity;
import org.jspecify.annotations.Nullable;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * An entity of JPA and, in a table of its own, of Spring Data JDBC.
 */
@Entity
@Table("jdbc_note")
class Note {

	@jakarta.persistence.Id
	@Id
	private @Nullable Long id;

	private @Nullable String text;

	@Nullable Long getId() {
		return this.id;
	}

	void setId(@Nullable Long id) {
		this.id = id;
	}

	@Nullable String getText() {
		return this.text;
	}

	void setText(@Nullable String text) {
		this.text = text;
	}

}
