package io.rdsboot.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Plan of a query, as {@code EXPLAIN} describes it in its text format.
 */
final class QueryPlan {

	private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")+\"|[^\\s\".(]+)";

	private static final String INDEX_SCAN = "Index (?:Only )?Scan(?: Backward)? using ";

	private static final Pattern NODE = Pattern.compile("\\s*->\\s+(.*)");

	private static final Pattern INDEX = Pattern
		.compile("(?:Parallel )?(?:%s|Bitmap Index Scan on )%s.*".formatted(INDEX_SCAN, IDENTIFIER));

	private static final Pattern TABLE = Pattern
		.compile("(?:Parallel )?(?:(?:Seq|Bitmap Heap|Sample|Tid|Tid Range) Scan|%1$s%2$s) on (?:%2$s\\.)?%2$s.*"
			.formatted(INDEX_SCAN, IDENTIFIER));

	private final List<Node> nodes;

	private QueryPlan(List<Node> nodes) {
		this.nodes = nodes;
	}

	static QueryPlan parse(String explained) {
		List<Node> nodes = new ArrayList<>();
		explained.lines().forEach((line) -> {
			Matcher node = NODE.matcher(line);
			if (nodes.isEmpty()) {
				nodes.add(new Node(line.strip(), new ArrayList<>()));
			}
			else if (node.matches()) {
				nodes.add(new Node(node.group(1), new ArrayList<>()));
			}
			else {
				nodes.get(nodes.size() - 1).details().add(line.strip());
			}
		});
		return new QueryPlan(nodes);
	}

	/**
	 * Return whether this is a plan in text format; one in JSON, YAML or XML begins with
	 * a sign.
	 */
	boolean isText() {
		return !this.nodes.isEmpty() && this.nodes.get(0).description().matches("\\p{Lu}.*");
	}

	/**
	 * Return the indexes that the plan uses.
	 * @return their names, without quotes
	 */
	List<String> indexes() {
		return this.nodes.stream().flatMap((node) -> node.index().stream()).distinct().toList();
	}

	/**
	 * Return the indexes that yield rows in the order of an operator, as a vector index
	 * does.
	 * @return their names, without quotes
	 */
	List<String> orderingIndexes() {
		return this.nodes.stream()
			.filter((node) -> node.details().stream().anyMatch((detail) -> detail.startsWith("Order By: ")))
			.flatMap((node) -> node.index().stream())
			.distinct()
			.toList();
	}

	/**
	 * Return the tables that the plan reads, however it does.
	 * @return their names, without schemas and quotes
	 */
	List<String> tables() {
		return this.nodes.stream().flatMap((node) -> node.table().stream()).distinct().toList();
	}

	/**
	 * Return the tables that the plan reads from their first row to their last.
	 * @return their names, without schemas and quotes
	 */
	List<String> sequentiallyScannedTables() {
		return this.nodes.stream()
			.filter(Node::isSequentialScan)
			.flatMap((node) -> node.table().stream())
			.distinct()
			.toList();
	}

	/**
	 * Step of a plan.
	 *
	 * @param description what it does, without the arrow before it
	 * @param details the lines below that say more of it
	 */
	private record Node(String description, List<String> details) {

		Optional<String> index() {
			return lastGroup(INDEX);
		}

		Optional<String> table() {
			return lastGroup(TABLE);
		}

		boolean isSequentialScan() {
			return Stream.of("Seq Scan on ", "Parallel Seq Scan on ").anyMatch(this.description::startsWith);
		}

		private Optional<String> lastGroup(Pattern pattern) {
			Matcher matcher = pattern.matcher(this.description);
			return matcher.matches() ? Optional.of(unquoted(matcher.group(matcher.groupCount()))) : Optional.empty();
		}

		private static String unquoted(String identifier) {
			return identifier.startsWith("\"") ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
					: identifier;
		}

	}

}
