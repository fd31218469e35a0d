resource "aws_fsx_lustre_file_system" "training" {
  storage_capacity            = 1200
  subnet_ids                  = [aws_subnet.private[0].id]
  deployment_type             = "PERSISTENT_2"
  per_unit_storage_throughput = 250

  import_path        = "s3://${aws_s3_bucket.data.id}"
  export_path        = "s3://${aws_s3_bucket.data.id}/export"
  auto_import_policy = "NEW_CHANGED"
  security_group_ids = [aws_security_group.fsx.id]

  tags = {
    Name = "medical-ai-fsx"
  }
}

resource "aws_launch_template" "batch_gpu" {
  name = "batch-gpu-template"

  user_data = base64encode(<<-EOF
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="==BOUNDARY=="

    --==BOUNDARY==
    Content-Type: text/cloud-config; charset="us-ascii"

    packages:
      - lustre-client

    runcmd:
      - mkdir -p /fsx
      - mount -t lustre ${aws_fsx_lustre_file_system.training.dns_name}@tcp:/${aws_fsx_lustre_file_system.training.mount_name} /fsx

    --==BOUNDARY==--
  EOF
  )

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = 100
      volume_type           = "gp3"
      delete_on_termination = true
    }
  }
}
