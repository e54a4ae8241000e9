package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.rdsboot.vector.StoredRows.Row;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes to a table, with what each of them should leave behind.
 */
final class RecordWrites {

	private final VectorTable table;

	private final VectorRepository<Object> repository;

	private final TransactionTemplate transaction;

	private final StoredRows stored;

	private final RecordRules rules;

	/** Rows by id, with the tenant they belong to. */
	private final Map<Object, Owned> rows = new LinkedHashMap<>();

	RecordWrites(VectorTable table, VectorRepository<Object> repository, DataSource dataSource, StoredRows stored) {
		this.table = table;
		this.repository = repository;
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.stored = stored;
		this.rules = new RecordRules(table);
	}

	VectorRepository<Object> repository() {
		return this.repository;
	}

	/**
	 * Returns the rows that should be there, those of every tenant.
	 */
	Map<Object, Row> rows() {
		Map<Object, Row> all = new LinkedHashMap<>();
		this.rows.forEach((id, row) -> all.put(id, row.row()));
		return all;
	}

	/**
	 * Returns the rows that a tenant should see.
	 */
	Map<Object, Row> rows(Object tenant) {
		Map<Object, Row> own = new LinkedHashMap<>();
		this.rows.forEach((id, row) -> {
			if (isOwn(id, tenant)) {
				own.put(id, row.row());
			}
		});
		return own;
	}

	private boolean isOwn(Object id, Object tenant) {
		return this.table.tenantKey() == null || this.rows.get(id).tenant().equals(tenant);
	}

	/**
	 * Writes, and notes what should have come of it.
	 */
	void apply(Kind kind, List<RawRecord> raws, Object tenant) {
		if (kind == Kind.INSERT_WITHOUT_IDS) {
			insertWithoutIds(raws, tenant);
			return;
		}
		if (kind == Kind.DELETE || kind == Kind.DELETE_BY_FILTER) {
			delete(kind, raws, tenant);
			return;
		}
		List<RawRecord> refused = raws.stream().filter((raw) -> !this.rules.refused(raw, tenant).isEmpty()).toList();
		List<RawRecord> accepted = raws;
		if (kind == Kind.LOAD_REJECTING) {
			accepted = raws.stream().filter((raw) -> !refused.contains(raw)).toList();
		}
		boolean doubtful = raws.stream().anyMatch(this.rules::isDoubtful);
		boolean conflicting = isConflicting(kind, accepted, tenant);
		try {
			List<RejectedRecord> rejected = write(kind, raws.stream().map((raw) -> raw.record(this.table)).toList());
			if (doubtful) {
				return;
			}
			assertThat(conflicting).as("conflict that was not noticed").isFalse();
			if (kind == Kind.LOAD_REJECTING) {
				assertThat(rejected).extracting((each) -> raws.get((int) each.position())).isEqualTo(refused);
				rejected.forEach((each) -> assertThat(this.rules.refused(raws.get((int) each.position()), tenant))
					.contains(each.field()));
			}
			else {
				assertThat(refused).as("accepted, but should be refused").isEmpty();
			}
			note(kind, accepted, tenant);
		}
		catch (InvalidVectorRecordException ex) {
			if (!doubtful) {
				RawRecord first = raws.get((int) ex.getPosition());
				Set<String> fields = this.rules.refused(first, tenant);
				assertThat(fields).as("refused, but should be accepted: %s", ex.getMessage()).isNotEmpty();
				assertThat(first).isSameAs(refused.get(0));
				assertThat(fields).contains(ex.getField());
				assertThat(ex.getId()).isEqualTo(first.id(this.table));
				assertThat(ex.getMessage()).contains(ex.getField(), this.table.toString(), ex.getProblem());
			}
		}
		catch (DuplicateKeyException ex) {
			assertThat(conflicting).as("conflict: %s", ex.getMessage()).isTrue();
		}
	}

	private void insertWithoutIds(List<RawRecord> raws, Object tenant) {
		if (!this.table.hasGeneratedIds() || raws.stream().anyMatch(this.rules::isDoubtful)) {
			return;
		}
		List<Set<String>> refused = raws.stream().map((raw) -> this.rules.refused(raw, tenant)).toList();
		refused.forEach((fields) -> fields.remove("id"));
		try {
			List<Object> ids = this.repository.insert(raws.stream().map((raw) -> raw.withoutId(this.table)).toList());
			assertThat(refused).as("accepted, but should be refused").allMatch(Set::isEmpty);
			assertThat(ids).hasSameSizeAs(raws);
			for (int i = 0; i < ids.size(); i++) {
				Owned row = new Owned(this.stored.expected(raws.get(i), tenant), tenant);
				assertThat(this.rows.put(ids.get(i), row)).as("row of a generated id").isNull();
			}
		}
		catch (InvalidVectorRecordException ex) {
			int position = (int) ex.getPosition();
			assertThat(refused.subList(0, position)).allMatch(Set::isEmpty);
			assertThat(refused.get(position)).as(ex.getMessage()).contains(ex.getField());
			assertThat(ex.getId()).isNull();
		}
	}

	private boolean isConflicting(Kind kind, List<RawRecord> raws, Object tenant) {
		Set<Object> ids = new HashSet<>();
		boolean twice = false;
		boolean existing = false;
		boolean foreign = false;
		for (RawRecord raw : raws) {
			Object id = raw.id(this.table);
			twice |= !ids.add(id);
			existing |= this.rows.containsKey(id);
			foreign |= this.rows.containsKey(id) && !isOwn(id, tenant);
		}
		return switch (kind) {
			case INSERT, INSERT_IN_PARALLEL -> twice || existing;
			case REPLACE -> twice || foreign;
			default -> foreign;
		};
	}

	private List<RejectedRecord> write(Kind kind, List<VectorRecord<Object>> records) {
		switch (kind) {
			case UPSERT -> this.repository.upsert(records);
			case INSERT -> assertRows(this.repository.load(records.stream(), LoadOptions.insert()), records);
			case LOAD -> assertRows(this.repository.load(records.stream(), LoadOptions.upsert()), records);
			case REPLACE -> assertRows(this.repository.load(records.stream(), LoadOptions.replace()), records);
			case INSERT_IN_PARALLEL ->
				assertRows(this.repository.load(records.stream(), LoadOptions.insert().parallelism(2)), records);
			case LOAD_IN_PARALLEL ->
				assertRows(this.repository.load(records.stream(), LoadOptions.upsert().parallelism(2)), records);
			case LOAD_REJECTING -> {
				return this.repository.load(records.stream(), LoadOptions.upsert().collectRejected(100)).rejected();
			}
			default -> this.transaction.executeWithoutResult((status) -> {
				this.repository.upsert(records.subList(0, 1));
				this.repository.load(records.stream(), LoadOptions.upsert());
				records.forEach((record) -> assertThat(this.repository.findById(record.id())).isPresent());
				if (kind == Kind.ROLLED_BACK) {
					status.setRollbackOnly();
				}
			});
		}
		return List.of();
	}

	private static void assertRows(LoadResult result, List<VectorRecord<Object>> records) {
		assertThat(result.rows()).isEqualTo(records.stream().map(VectorRecord::id).distinct().count());
	}

	private void note(Kind kind, List<RawRecord> raws, Object tenant) {
		if (kind == Kind.ROLLED_BACK) {
			return;
		}
		if (kind == Kind.REPLACE) {
			rows(tenant).keySet().forEach(this.rows::remove);
		}
		raws.forEach((raw) -> this.rows.put(raw.id(this.table), new Owned(this.stored.expected(raw, tenant), tenant)));
	}

	/**
	 * Deletes all rows of a tenant.
	 */
	void deleteAll(MetadataColumn tenantKey, Object tenant) {
		Set<Object> own = rows(tenant).keySet();
		assertThat(this.repository.delete(MetadataFilter.exists(tenantKey.key()))).isEqualTo(own.size());
		own.forEach(this.rows::remove);
	}

	private void delete(Kind kind, List<RawRecord> raws, Object tenant) {
		List<Object> ids = new ArrayList<>();
		for (RawRecord raw : raws) {
			Object id = raw.id(this.table);
			if (kind == Kind.DELETE && !this.rules.refused(raw, tenant).contains("id")) {
				ids.add(id);
			}
		}
		if (kind == Kind.DELETE) {
			List<Object> own = rows(tenant).keySet().stream().filter(ids::contains).toList();
			assertThat(this.repository.delete(ids)).isEqualTo(own.size());
			own.forEach(this.rows::remove);
			return;
		}
		rows(tenant).values().stream().flatMap((row) -> row.present().keySet().stream()).findAny().ifPresent((key) -> {
			List<Object> having = new ArrayList<>();
			rows(tenant).forEach((id, row) -> {
				if (row.present().containsKey(key)) {
					having.add(id);
				}
			});
			assertThat(this.repository.delete(MetadataFilter.exists(key))).isEqualTo(having.size());
			having.forEach(this.rows::remove);
		});
	}

	/**
	 * Ways to write.
	 */
	enum Kind {

		UPSERT, INSERT, LOAD, REPLACE, LOAD_REJECTING, IN_TRANSACTION, ROLLED_BACK, INSERT_WITHOUT_IDS, DELETE,
		DELETE_BY_FILTER, INSERT_IN_PARALLEL, LOAD_IN_PARALLEL

	}

	private record Owned(Row row, Object tenant) {

	}

}
