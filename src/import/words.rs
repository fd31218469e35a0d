//! What is refused in files of Terraform, plans and configurations of ParallelCluster.

use crate::model::said::words;

words! {
    // Files of Terraform.
    is_one_file_of_terraform(path) "`{path}` is one file of Terraform" "`{path}` は Terraform の 1 ファイルである";
    give_its_folder_terraform_reads() "give its folder: Terraform reads all of its files"
        "そのフォルダーを指定する。Terraform はフォルダー内のすべてのファイルを読む";
    var_and_var_file_are() "`--var` and `--var-file` are for a folder" "`--var` と `--var-file` はフォルダーに使う";
    a_plan_has_the_values() "a plan has the values of its variables already" "プランには変数の値が既に含まれている";
    the_json_of_a_terraform() "the JSON of a Terraform plan" "Terraform プランの JSON";
    it_has_no_file_that() "it has no file that ends in `.tf`" "`.tf` で終わるファイルがない";
    terraform_show_writes_one() "`terraform show -json plan.out > plan.json` writes one"
        "`terraform show -json plan.out > plan.json` で作成できる";
    give_the_folder() "give the folder of the `*.tf` files, or the JSON of a plan"
        "`*.tf` ファイルのフォルダーか、プランの JSON を指定する";
    a_terraform_folder() "a Terraform folder" "Terraform のフォルダー";
    is_not_a_text_file(path) "`{path}` is not a text file in UTF-8" "`{path}` は UTF-8 のテキストファイルでない";
    terraform_validate_has_to_accept() "`terraform validate` has to accept the folder"
        "`terraform validate` でエラーにならないフォルダーを指定する";
    the_resources_of_this_folder(most_instances) "the resources of this folder are more than {most_instances} instances"
        "このフォルダーのリソースのインスタンスが {most_instances} を超えている";
    import_the_resources_in_parts() "import the resources in parts, or correct `count`"
        "リソースを分けて取り込むか、`count` を修正する";
    not_valid_hcl(reason) "not valid HCL: {reason}" "HCL として正しくない：{reason}";
    is_there_twice(address) "`{address}` is there twice" "`{address}` が重複している";
    a_resource_has_one_block() "a resource has one block" "1 つのリソースにブロックは 1 つである";
    var_no_such_variable_is(name) "`--var {name}`: no such variable is declared"
        "`--var {name}`：この変数は宣言されていない";
    declare_it_in_a_variable() "declare it in a `variable` block, or leave it out"
        "`variable` ブロックで宣言するか、指定を外す";
    is_not_an_hcl_expression(text, reason) "`{text}` is not an HCL expression: {reason}"
        "`{text}` は HCL の式でない：{reason}";
    a_list_is_written_a() "a list is written [\"a\", \"b\"], a map {{a = 1}}"
        "リストは [\"a\", \"b\"]、マップは {{a = 1}} と書く";

    unreadable() "nobody can make sense of it" "解釈できない";

    // Files in YAML.
    a_list() "a list" "リスト";
    a_mapping() "a mapping" "マッピング";
    not_valid_yaml_nobody_can() "not valid YAML: nobody can make sense of it" "YAML として正しくない：解釈できない";
    not_valid_yaml(reason) "not valid YAML: {reason}" "YAML として正しくない：{reason}";
    is_there_twice_2(next) "`{next}` is there twice" "`{next}` が重複している";
    there_is_more_than_one() "there is more than one document" "文書が複数ある";
    it_nests_or_repeats_values() "it nests or repeats values more than a configuration does"
        "入れ子や値の繰り返しが設定ファイルの限度を超えている";
    nothing() "nothing" "空";

    // ParallelCluster.
    a_configuration_of_parallelcluster_2() "a configuration of ParallelCluster 2"
        "ParallelCluster 2 の設定ファイルである";
    pcluster3_config_converter_makes_one() "`pcluster3-config-converter` makes one of version 3 of it"
        "`pcluster3-config-converter` でバージョン 3 に変換できる";
    the_configuration() "the configuration" "設定ファイル";
    a_cluster_of_parallelcluster_3() "a cluster of ParallelCluster 3 has `Region`, `HeadNode` and `Scheduling`"
        "ParallelCluster 3 のクラスターには `Region`、`HeadNode`、`Scheduling` がある";
    there_is_no_scheduling() "there is no `Scheduling`" "`Scheduling` がない";
    write_scheduler_slurm_or_scheduler() "write `Scheduler: slurm` or `Scheduler: awsbatch`"
        "`Scheduler: slurm` か `Scheduler: awsbatch` を書く";
    scheduling_has_no_scheduler() "`Scheduling` has no `Scheduler`" "`Scheduling` に `Scheduler` がない";
    section_is(what, kind) "{what} is {kind}" "{what} は{kind}である";
    write_a_mapping_of_keys() "write a mapping of keys" "キーのマッピングを書く";
    is(key, kind) "`{key}` is {kind}" "`{key}` は{kind}である";
    write_a_list() "write a list: `- …`" "リスト（`- …`）を書く";
    is_not_a_name(key, kind) "`{key}` is {kind}, not a name" "`{key}` は名前ではなく{kind}である";
    write_a_text() "write a text" "文字列を書く";
    is_no(word, key) "`{word}` is no {key}" "`{word}` は {key} の値でない";
    valid(what) "valid: {what}" "有効な値：{what}";
    is_not_a_number_from(key, kind) "`{key}` is {kind}, not a number from 0 up"
        "`{key}` は 0 以上の数値ではなく{kind}である";
    write_a_number() "write a number" "数値を書く";
    a_whole_number_from_to(start, end) "a whole number from {start} to {end}" "{start} ～ {end} の整数を書く";

    // Queues, resources and storage of ParallelCluster.
    write_exactly_one_queue() "write exactly one queue" "キューを 1 つだけ書く";
    a_queue() "a queue" "キュー";
    write_exactly_one_compute_resource() "write exactly one compute resource" "コンピューティングリソースを 1 つだけ書く";
    a_compute_resource() "a compute resource" "コンピューティングリソース";
    is_no_instance_type(kind) "{kind} is no instance type" "{kind}はインスタンスタイプでない";
    write_a_name() "write a name" "名前を書く";
    there_are_no_slurmqueues() "there are no `SlurmQueues`" "`SlurmQueues` がない";
    write_at_least_one_queue() "write at least one queue" "キューを少なくとも 1 つ書く";
    is_there_twice_3(name) "`{name}` is there twice" "`{name}` が重複している";
    give_each_a_name_of() "give each a name of its own" "それぞれに別の名前を付ける";
    there_is_no_name() "there is no `Name`" "`Name` がない";
    give_it_a_name() "give it a name" "名前を付ける";
    a_compute_resource_has_one() "a compute resource has one of them"
        "コンピューティングリソースに指定できるのはどちらか一方である";
    an_item_of_instances() "an item of `Instances`" "`Instances` の要素";
    write_instancetype_or_instances() "write `InstanceType` or `Instances`"
        "`InstanceType` か `Instances` を書く";
    an_item_of_sharedstorage() "an item of `SharedStorage`" "`SharedStorage` の要素";
    there_is_no_storagetype() "there is no `StorageType`" "`StorageType` がない";
    there_are_no_fsxlustresettings() "there are no `FsxLustreSettings`" "`FsxLustreSettings` がない";
    write_storagecapacity() "write `StorageCapacity`" "`StorageCapacity` を書く";
    a_pool_of_login_nodes() "a pool of login nodes" "ログインノードのプール";
    there_are_awsbatchqueues(nodes) "there are {nodes} `AwsBatchQueues`" "`AwsBatchQueues` が {nodes} 個ある";
    there_are_computeresources(resources) "there are {resources} `ComputeResources`"
        "`ComputeResources` が {resources} 個ある";
    both_instancetype_and_instances_are() "both `InstanceType` and `Instances` are written"
        "`InstanceType` と `Instances` の両方が書かれている";
    a_compute_resource_without_instance() "a compute resource without instance types"
        "インスタンスタイプのないコンピューティングリソースである";
    one_of_ebs_efs_fsxlustre() "one of Ebs, Efs, FsxLustre, FsxOntap, FsxOpenZfs, FileCache"
        "Ebs、Efs、FsxLustre、FsxOntap、FsxOpenZfs、FileCache のいずれかを書く";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
