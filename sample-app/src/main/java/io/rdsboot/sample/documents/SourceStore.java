package io.rdsboot.sample.documents;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.rdsboot.sample.text.Passage;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Home of sources and their passages. A passage's id is made of its source's name and its
 * number, so that storing a source again replaces its passages. Thread-safe.
 */
@Repository
public class SourceStore {

	private final JdbcClient jdbcClient;

	private final VectorRepository<UUID> documents;

	SourceStore(JdbcClient jdbcClient, VectorRepository<UUID> documents) {
		this.jdbcClient = jdbcClient;
		this.documents = documents;
	}

	/**
	 * Stores a source in place of an earlier one of its name.
	 * @param source the source
	 * @param vectors a vector for each of its passages
	 * @param fingerprint tells whether the vectors are those of the present text
	 */
	@Transactional
	public void save(Source source, List<float[]> vectors, String fingerprint) {
		lock(source.name());
		int before = this.jdbcClient.sql("select passages from source where name = :name")
			.param("name", source.name())
			.query(Integer.class)
			.optional()
			.orElse(0);
		List<VectorRecord<UUID>> records = new ArrayList<>();
		for (int i = 0; i < vectors.size(); i++) {
			Passage passage = source.passages().get(i);
			records.add(new VectorRecord<>(id(source.name(), i), vectors.get(i), passage.text(),
					PassageMetadata.of(source, passage)));
		}
		this.documents.upsert(records);
		this.documents.delete(ids(source.name(), records.size(), before));
		this.jdbcClient.sql("""
				insert into source (name, type, title, passages, fingerprint)
				values (:name, :type, :title, :passages, :fingerprint)
				on conflict (name) do update
				set type = excluded.type, title = excluded.title, passages = excluded.passages,
					fingerprint = excluded.fingerprint
				""")
			.param("name", source.name())
			.param("type", source.type().name())
			.param("title", source.title())
			.param("passages", records.size())
			.param("fingerprint", fingerprint)
			.update();
	}

	/**
	 * Reads a source from its passages.
	 * @param summary the source
	 * @return the source as it was stored
	 */
	@Transactional(readOnly = true)
	public Source read(SourceSummary summary) {
		List<VectorRecord<UUID>> records = this.documents.findAllById(ids(summary.name(), 0, summary.passages()));
		return PassageMetadata.source(summary, records);
	}

	/**
	 * Removes a source and its passages.
	 * @param source the source
	 */
	@Transactional
	public void remove(SourceSummary source) {
		lock(source.name());
		this.documents.delete(ids(source.name(), 0, source.passages()));
		this.jdbcClient.sql("delete from source where name = :name").param("name", source.name()).update();
	}

	/**
	 * Two instances of the service may index the same file: one after the other, so that
	 * its passages are all of one of them.
	 */
	private void lock(String name) {
		this.jdbcClient.sql("select pg_advisory_xact_lock(hashtextextended('source:' || :name, 0))")
			.param("name", name)
			.query((row, number) -> "")
			.list();
	}

	/**
	 * All sources.
	 * @return a summary of each, by name
	 */
	@Transactional(readOnly = true)
	public List<SourceSummary> findAll() {
		return this.jdbcClient.sql("select name, type, title, passages from source order by name")
			.query((row, number) -> new SourceSummary(row.getString("name"), SourceType.valueOf(row.getString("type")),
					row.getString("title"), row.getInt("passages")))
			.list();
	}

	/**
	 * The fingerprints of all sources.
	 * @return a fingerprint for each name
	 */
	@Transactional(readOnly = true)
	public Map<String, String> fingerprints() {
		return this.jdbcClient.sql("select name, fingerprint from source")
			.query((row, number) -> Map.entry(row.getString("name"), row.getString("fingerprint")))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static List<UUID> ids(String name, int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> id(name, number)).toList();
	}

	private static UUID id(String name, int number) {
		return UUID.nameUUIDFromBytes((name + '#' + number).getBytes(StandardCharsets.UTF_8));
	}

}
