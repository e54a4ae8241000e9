package io.rdsboot.vector.index;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.rdsboot.vector.index.catalog.ActualIndexes;
import io.rdsboot.vector.index.catalog.BuildRecord;
import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.BuildSettings;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.unit.DataSize;

/**
 * Chooses the indexes of columns that leave the choice, and knows which ones they have.
 * What is there stays: a choice is made once, and again for the lists of an IVFFlat index
 * that its table has outgrown. So it never goes back and forth. Thread-safe.
 */
final class IndexChoice {

	private static final Logger logger = LoggerFactory.getLogger(IndexChoice.class);

	private final BuildLimits limits;

	private final double growth;

	private final Map<VectorTable, Map<String, VectorColumn>> actual = new ConcurrentHashMap<>();

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/**
	 * Create a choice.
	 * @param growth rows of now, in rows of the last build, from where on lists are drawn
	 * anew
	 */
	IndexChoice(BuildLimits limits, double growth) {
		this.limits = limits;
		this.growth = growth;
	}

	static boolean isLeftBy(VectorTable table) {
		return table.vectors().stream().anyMatch(IndexChoice::isLeftBy);
	}

	private static boolean isLeftBy(VectorColumn column) {
		return column.index() instanceof VectorIndex.Auto;
	}

	/**
	 * Return the indexes that a table should have.
	 * @param rows says, here and to whoever builds the indexes, whether there are enough
	 * rows
	 */
	List<IndexDefinition> definitions(VectorTable table, TableRows rows, DdlSession session) throws SQLException {
		IndexCatalog catalog = new IndexCatalog(session.connection());
		if (!isLeftBy(table) || !catalog.exists(table)) {
			return IndexDefinitions.of(table);
		}
		ActualIndexes indexes = new ActualIndexes(table, catalog.indexes(table));
		Map<String, VectorColumn> chosen = new HashMap<>();
		for (VectorColumn column : table.vectors()) {
			if (isLeftBy(column)) {
				chosen.put(column.name(), choose(table, column, indexes.find(column), rows, session));
			}
		}
		return IndexDefinitions.of(table, (column) -> chosen.getOrDefault(column.name(), column));
	}

	private VectorColumn choose(VectorTable table, VectorColumn column, ActualIndexes.@Nullable Match present,
			TableRows tableRows, DdlSession session) throws SQLException {
		BuildSettings settings = BuildSettings.of(table, column, this.limits, session.connection());
		if (present != null && !isOutgrown(present, settings.rows())) {
			return present.column();
		}
		int minRows = ((VectorIndex.Auto) column.index()).minRows();
		boolean enough = tableRows.suffice(table, column.name(), minRows);
		if (enough) {
			// The rows that suffice may have come after the estimate.
			settings = BuildSettings.of(table, column, this.limits, session.connection());
		}
		IndexAdvice advice = VectorIndexAdvisor.advise(column, Math.max(settings.rows(), minRows),
				DataSize.ofBytes(settings.allowed()));
		String text = advice.reason() + advice.hints().stream().map("; "::concat).reduce("", String::concat);
		if (enough && this.told.add(table + " " + column.name() + " " + text)) {
			logger.info(
					"Index of vector table {} for {}, which has about {} rows, is chosen: {}. With enough memory and two workers its build takes about {} s",
					table, column.name(), settings.rows(), text, advice.buildTime().toSeconds());
		}
		return advice.column();
	}

	private boolean isOutgrown(ActualIndexes.Match present, long rows) {
		BuildRecord built = present.index().claims().built();
		return present.column().index() instanceof VectorIndex.IvfFlat && present.index().isOurs() && built != null
				&& built.rows() > 0 && rows > this.growth * built.rows();
	}

	/**
	 * Note which indexes a table has.
	 */
	void note(VectorTable table, DdlSession session) throws SQLException {
		if (!isLeftBy(table)) {
			return;
		}
		ActualIndexes indexes = new ActualIndexes(table, new IndexCatalog(session.connection()).indexes(table));
		Map<String, VectorColumn> noted = new HashMap<>();
		for (VectorColumn column : table.vectors()) {
			ActualIndexes.Match present = isLeftBy(column) ? indexes.find(column) : null;
			if (present != null) {
				noted.put(column.name(), present.column());
			}
		}
		this.actual.put(table, Map.copyOf(noted));
	}

	/**
	 * Return what gives each column of a table the index that it has, as far as that is
	 * known.
	 */
	UnaryOperator<VectorColumn> actual(VectorTable table) {
		return (column) -> this.actual.getOrDefault(table, Map.of()).getOrDefault(column.name(), column);
	}

}
