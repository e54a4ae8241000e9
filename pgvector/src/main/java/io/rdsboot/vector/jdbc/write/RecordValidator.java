package io.rdsboot.vector.jdbc.write;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.ReadableMetadata;
import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.sql.MetadataCodec;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.IndexLimits;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.UndeclaredKey;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorLimits;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.StorableText;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the table cannot hold, before it reaches the server.
 */
public final class RecordValidator {

	private static final String NO_CONTENT = "is given, but the table has no column for it";

	private final VectorTable table;

	private final MetadataCodec codec = new MetadataCodec();

	private final Predicate<String> wordsFit;

	/**
	 * Create a validator.
	 * @param wordsFit whether text search can hold the words of a long content
	 */
	public RecordValidator(VectorTable table, Predicate<String> wordsFit) {
		this.table = table;
		this.wordsFit = wordsFit;
	}

	/**
	 * Create a validator.
	 * @param withinLimits whether a query exceeds no limit of the server's
	 */
	public static RecordValidator of(VectorTable table, Predicate<SqlStatement> withinLimits) {
		TextSearch textSearch = table.textSearch();
		return new RecordValidator(table,
				(content) -> textSearch == null
						|| withinLimits.test(new SqlBuilder().append("SELECT length(to_tsvector(")
							.bind((statement, parameter) -> statement.setString(parameter, textSearch.configuration()))
							.append("::regconfig, ")
							.bind((statement, parameter) -> statement.setString(parameter, content))
							.append("))")
							.build()));
	}

	/**
	 * Check a record.
	 * @param position where it stands in what the caller gave, counted from 0
	 * @param tenant the caller's tenant, of the tenant key's type; of no meaning for a
	 * table without tenants
	 * @param idRule whether it has an id
	 * @throws InvalidVectorRecordException if the table cannot hold it
	 */
	public void validate(@Nullable VectorRecord<?> record, long position, @Nullable Object tenant, IdRule idRule) {
		if (record == null) {
			throw new InvalidVectorRecordException(this.table, null, position, "record", "is null");
		}
		check(record, position, "id", idProblem(record, idRule));
		VectorColumn embedding = this.table.embedding();
		check(record, position, embedding.name(), VectorLimits.problem(embedding, record.embedding()));
		for (Map.Entry<String, VectorValue> vector : record.furtherVectors().entrySet()) {
			check(record, position, String.valueOf(vector.getKey()),
					furtherVectorProblem(vector.getKey(), vector.getValue()));
		}
		check(record, position, "content", contentProblem(record.content()));
		check(record, position, "metadata", unreadableProblem(record.metadata()));
		for (Map.Entry<String, Object> member : record.metadata().entrySet()) {
			check(record, position, "metadata", memberProblem(member.getKey(), member.getValue(), tenant));
		}
		check(record, position, "metadata", this.codec.problem(this.table.untyped(record.metadata())));
	}

	/**
	 * Check a change of rows, as the records that they become.
	 * @param tenant the caller's tenant, of the tenant key's type; of no meaning for a
	 * table without tenants
	 * @throws IllegalArgumentException if the table cannot hold it
	 */
	public void validate(RecordChange change, @Nullable Object tenant) {
		if (!change.changesContent() && !change.changesMetadata()) {
			throw new IllegalArgumentException("change of vector table %s changes nothing".formatted(this.table));
		}
		if (change.changesContent()) {
			check("content", (this.table.contentColumn() == null) ? NO_CONTENT : contentProblem(change.content()));
		}
		check("metadata", unreadableProblem(change.put()));
		change.put().forEach((key, value) -> check("metadata", memberProblem(key, value, tenant)));
		change.removed().forEach((key) -> check("metadata", removalProblem(key)));
		check("metadata", this.codec.problem(this.table.untyped(change.put())));
	}

	private void check(String field, @Nullable String problem) {
		if (problem != null) {
			throw new IllegalArgumentException(
					"change of vector table %s is not possible: %s %s".formatted(this.table, field, problem));
		}
	}

	private @Nullable String removalProblem(String key) {
		MetadataColumn declared = this.table.key(key).orElse(null);
		if (declared == null) {
			return this.table.undeclaredKeysRefused() ? "has " + UndeclaredKey.describe(this.table, key)
					: textProblem(key);
		}
		return declared.equals(this.table.tenantKey())
				? "has the tenant at '%s', which cannot be removed".formatted(key) : null;
	}

	public void validateId(@Nullable Object id) {
		String problem = idProblem(id);
		if (problem != null) {
			throw new IllegalArgumentException("id for vector table %s %s".formatted(this.table, problem));
		}
	}

	public void validateQuery(VectorColumn column, VectorValue vector) {
		String problem = VectorLimits.problem(column, vector);
		if (problem != null) {
			throw new IllegalArgumentException(
					"vector to search for in vector table %s %s".formatted(this.table, problem));
		}
	}

	private void check(VectorRecord<?> record, long position, String field, @Nullable String problem) {
		if (problem != null) {
			throw new NumberedRecord<>(record, position).invalid(this.table, field, problem);
		}
	}

	private @Nullable String idProblem(VectorRecord<?> record, IdRule rule) {
		String problem = rule.problem(this.table, record);
		return (problem != null || !record.hasId()) ? problem : idProblem(record.id());
	}

	private @Nullable String idProblem(@Nullable Object id) {
		if (id == null) {
			return "is null";
		}
		Class<?> expected = this.table.idType().javaType();
		if (!expected.isInstance(id)) {
			return "is a %s, but must be a %s".formatted(id.getClass().getName(), expected.getName());
		}
		if (id instanceof String text) {
			String problem = text.isEmpty() ? "is empty" : textProblem(text);
			return (problem != null) ? problem : IndexLimits.problem(text);
		}
		return null;
	}

	private @Nullable String furtherVectorProblem(String name, @Nullable VectorValue vector) {
		for (VectorColumn column : this.table.vectors()) {
			if (column.name().equals(name)) {
				return column.equals(this.table.embedding()) ? "is the main vector column, which has its own field"
						: VectorLimits.problem(column, vector);
			}
		}
		return "is no vector column of the table, which has %s"
			.formatted(this.table.vectors().stream().map(VectorColumn::name).toList());
	}

	private @Nullable String contentProblem(@Nullable String content) {
		if (content == null) {
			return null;
		}
		String problem = (this.table.contentColumn() == null) ? NO_CONTENT : textProblem(content);
		if (problem == null && this.table.textSearch() != null && IndexLimits.mayHaveTooManyWords(content)
				&& !this.wordsFit.test(content)) {
			return "has more words than text search can hold of one content (%d bytes): split it"
				.formatted(IndexLimits.MAX_WORDS_BYTES);
		}
		return problem;
	}

	private @Nullable String memberProblem(@Nullable String key, @Nullable Object value, @Nullable Object tenant) {
		if (key == null) {
			return "has a member without a name";
		}
		if (value == null) {
			return "has the value null at '%s': leave the member out".formatted(key);
		}
		MetadataColumn declared = this.table.key(key).orElse(null);
		if (declared == null) {
			return this.table.undeclaredKeysRefused() ? "has " + UndeclaredKey.describe(this.table, key) : null;
		}
		try {
			Object converted = declared.type().convert(value);
			if (declared.equals(this.table.tenantKey()) && !converted.equals(tenant)) {
				return "names another tenant at '%s' than the caller's".formatted(key);
			}
			String limit = (declared.type() != KeyType.JSON && declared.indexed()) ? IndexLimits.problem(converted)
					: null;
			return (limit != null) ? "at '%s' %s: shorten it, or declare the key as not indexed".formatted(key, limit)
					: null;
		}
		catch (IllegalArgumentException ex) {
			return "at '%s' %s".formatted(key, ex.getMessage());
		}
	}

	/**
	 * A record that replaces the row it was read from would lose what could not be read.
	 */
	private static @Nullable String unreadableProblem(Map<String, Object> metadata) {
		List<String> problems = ReadableMetadata.problems(metadata);
		return problems.isEmpty() ? null
				: "was read without what could not be, and would lose it (it %s): give the record a map of its own"
					.formatted(String.join("; it ", problems));
	}

	private static @Nullable String textProblem(String text) {
		StorableText.Problem problem = StorableText.problem(text);
		return (problem != null) ? "has %s, which PostgreSQL cannot store".formatted(problem.description()) : null;
	}

}
